"""After stage 2: settle the gate, so that ordinary talk clears the skip threshold.

    python -m train.instruct.calibrate_gate --model checkpoints/embedded --segments data/stage2.npz

Instruction tuning sees a few talk prompts a step and stops while many still sit just below the threshold.
Here the gate's small network alone goes on, on cached text features: ``L_gat`` on talk, and on prompts
that need the experts the divergence from the mixture they were tuned with, so that motion stays as it is.
What tells a question about a picture or motion from a request for the pose in it, and both from other words,
is learnt here too.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from pathlib import Path

import torch
import torch.nn.functional as F

from hmvlm.config import preset
from hmvlm.language.gate import Gate, gate_loss
from hmvlm.language.model import CONFIG, GATE
from hmvlm.language.prompting import UNCONDITIONAL_PROMPT
from hmvlm.language.text_encoder import TextEncoder
from train.dialogue import prompt_templates
from train.dialogue.prompts import DialoguePrompts
from train.dialogue.short_motion_requests import short_motion_requests
from train.dialogue.short_questions import short_questions
from train.segments.segment import load_segments

log = logging.getLogger("train.instruct.calibrate_gate")
HELD_SHORT = 1500
"""Short talk of held-out words and wordings to report on."""
TALK_LIKE = 0.9
"""Requests for motion whose alpha_0 was above this are taught the mean mixture of the other requests instead."""


def settle(
    gate: Gate, talk: torch.Tensor, kept: dict[str | None, torch.Tensor], steps: int, lr: float, keep: float
) -> None:
    """Train ``gate`` in place on text features ``(N, dim)`` of talk, and of prompts to keep by the media that come along."""
    plain = gate.media([None])

    def read(features: torch.Tensor, media: torch.Tensor) -> torch.Tensor:
        return gate(features, media.expand(len(features), -1))

    with torch.no_grad():
        anchors = [
            (texts, gate.media([kind]), requested(read(texts, gate.media([kind])))) for kind, texts in kept.items()
        ]
    optimiser = torch.optim.AdamW(gate.mlp.parameters(), lr=lr, weight_decay=0.01)
    gate.train()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = lr * (1 - step / steps)
        quiet = hardest(read(talk[torch.randint(len(talk), (512,))], plain))
        drift = talk.new_zeros(())
        for features, media, wanted in anchors:
            picks = torch.randint(len(features), (512,) if media.sum() == 0 else (256,))
            drift = drift + F.kl_div(
                read(features[picks], media), wanted[picks], log_target=True, reduction="batchmean"
            )
        optimiser.zero_grad()
        (quiet + keep * drift).backward()
        optimiser.step()
        if (step + 1) % 200 == 0:
            log.info("step %d  talk %.4f  drift %.4f", step + 1, quiet.item(), drift.item())
    gate.eval()


def hardest(log_alpha: torch.Tensor, share: float = 0.125) -> torch.Tensor:
    """``gate_loss`` of the talk with mixtures ``(N, 1 + E)``, plus that of the ``share`` furthest from the zero expert."""
    worst = log_alpha[:, 0].topk(max(1, int(share * len(log_alpha))), largest=False).indices
    return gate_loss(log_alpha) + gate_loss(log_alpha[worst])


def requested(log_alpha: torch.Tensor) -> torch.Tensor:
    """The mixtures ``(N, 1 + E)`` as logarithms, those that take a request for talk replaced by the mean of the others."""
    taken = log_alpha[:, :1].exp() > TALK_LIKE
    return log_alpha if taken.all() else torch.where(taken, log_alpha[~taken[:, 0]].exp().mean(0).log(), log_alpha)


def learn_purposes(gate: Gate, texts: list[torch.Tensor], steps: int = 600, lr: float = 1e-2) -> float:
    """Train ``gate.intent_head`` on text features ``(N_i, dim)`` of each of ``INTENTS``; returns the share right of a fifth held out.

    The purposes weigh alike, however many texts there are of each.
    """
    features, wanted = (
        torch.cat(texts),
        torch.repeat_interleave(torch.arange(len(texts)), torch.tensor([len(part) for part in texts])),
    )
    weight = torch.tensor([len(features) / len(part) for part in texts]) / len(texts)
    order = torch.randperm(len(features))
    held, rest = order[: len(features) // 5], order[len(features) // 5 :]
    gate.intent_head.requires_grad_(True)
    optimiser = torch.optim.AdamW(gate.intent_head.parameters(), lr=lr, weight_decay=0.1)
    for _ in range(steps):
        optimiser.zero_grad()
        F.cross_entropy(gate.intent_head(features[rest] * gate.config.text_dim**0.5), wanted[rest], weight).backward()
        optimiser.step()
    gate.intent_head.requires_grad_(False)
    return float((gate.intents(features[held]).argmax(-1) == wanted[held]).float().mean())


@torch.no_grad()
def answered(gate: Gate, features: torch.Tensor) -> float:
    """Share of talk ``(N, dim)`` that is left to the base."""
    return float((gate(features, gate.media([None] * len(features)))[:, 0].exp() >= 0.99).float().mean())


def main() -> None:
    """Settle the gate of a checkpoint in place and print what became of the validation talk."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="checkpoints/embedded")
    options.add_argument("--segments", default="data/stage2.npz")
    options.add_argument("--dialogue", default="data/dialogue")
    options.add_argument("--steps", type=int, default=3500)
    options.add_argument("--lr", type=float, default=1e-3)
    options.add_argument("--keep", type=float, default=3.0, help="weight of the divergence on motion prompts")
    options.add_argument("--long", type=int, default=8000, help="talk of longer kinds")
    options.add_argument("--short", type=int, default=10000, help="talk of shorter kinds")
    options.add_argument("--hard", type=int, default=5, help="how many times hard negatives count")
    options.add_argument("--requests", type=int, default=9000, help="short requests for motion")
    options.add_argument("--prompts", type=int, default=12000)
    options.add_argument("--seed", type=int, default=0)
    args = options.parse_args()
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    chosen = preset(json.loads((Path(args.model) / CONFIG).read_text())["preset"])
    gate = Gate.from_pretrained(Path(args.model) / GATE, TextEncoder.load(chosen.text_encoder))
    talk = DialoguePrompts.load(args.dialogue, args.seed, args.long, args.short, args.hard)
    segments = [s for s in load_segments(args.segments) if s.split == "train"]
    prompts = [UNCONDITIONAL_PROMPT] * 20
    captions = sorted({caption for segment in segments for caption in segment.captions})  # each once: rare acts too
    prompts += [
        prompt_templates.motion_prompt(rng.choice(captions if turn % 2 else rng.choice(segments).captions), rng)
        for turn in range(args.prompts)
    ]
    prompts += short_motion_requests(args.requests, rng)
    poses = gate.encode(sorted({prompt_templates.pose_question(rng) for _ in range(2000)}))
    questions = [prompt_templates.describe_question(rng) for _ in range(300)]
    asked = [
        rng.choice(segment.questions)[0]
        for segment in rng.choices([s for s in segments if s.questions] or segments, k=3000)
        if segment.questions
    ]
    questions = gate.encode([*questions, *asked])
    described = {
        text.rstrip(".?").lower() for text in prompt_templates.DESCRIBE_QUESTIONS
    }  # in talk too, as they come without media there
    others = [text for text in talk.train if text.rstrip(".?").lower() not in described]
    watched = {
        "validation": gate.encode(talk.validation),
        "short": gate.encode(short_questions(HELD_SHORT, random.Random(1), held_out=True)),
    }
    before = {name: answered(gate, features) for name, features in watched.items()}
    kept = {
        None: gate.encode(prompts),
        "motion": questions,
        "image": torch.cat([poses, questions]),
        "video": torch.cat([poses, questions]),
    }
    settle(gate, gate.encode(talk.train), kept, args.steps, args.lr, args.keep)
    told = learn_purposes(gate, [poses, questions, torch.cat([gate.encode(others), kept[None]])])
    gate.save_pretrained(Path(args.model) / GATE)
    log.info("purposes told apart: %.3f", told)
    for name, features in watched.items():
        log.info("%s talk at 0.99 or above: %.3f before, %.3f after", name, before[name], answered(gate, features))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    main()
