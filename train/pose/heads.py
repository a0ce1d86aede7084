"""After stage 2: settle what reads poses, on cached states of the language model.

    python -m train.pose.heads --model checkpoints/embedded --views data/views.npz --encoder data/body_encoder.safetensors

The language model is run once over many views, forward only, and its states at the pictures and at ``<pose>`` are kept in
``--cache`` (a run that is cut short goes on from there), 39 kB a view. Then the pose neck, the orientation head and the pose rows of the
part head are trained on them for many passes. Motion's rows, the experts and the gate stay as they are.

States of few views are learnt by heart. So the poses to learn are those that the body encoder's own head reads from the same
landmarks: what landmarks cannot tell is averaged out of them. Only training uses that head. New heads first *rehearse* on
many times more views, on what the encoder says of them (``--rehearsal 2400``).
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.language.decoding import pose_states
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import folded
from hmvlm.language.prompting import POSE_PROMPT
from hmvlm.language.vocabulary import KINDS
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.dialogue.prompt_templates import POSE_QUESTIONS
from train.loop.schedule import lr_factor
from train.pose.body_encoder import BodyReader
from train.pose.task import ViewBatch, head_losses, losses
from train.views.columns import join_rows
from train.views.store import load_views

log = logging.getLogger("train.pose.heads")

BATCH = 32
WEIGHTS = {"pose": 0.04, "pose_joints": 10.0, "camera_joints": 10.0, "orientation": 0.5}
"""Shares of the terms of :mod:`train.pose.task` here. The codes' own loss counts little: where it counts much, as in stage 2, all
the chance goes to one code of a part, and the expected vectors cannot lie between codes (64.2 mm for 61.3 on 512 validation views)."""


@torch.inference_mode()
def cached_states(model: MotionLanguageModel, seen: np.ndarray, cache: Path, minutes: float, seed: int) -> Tensor:
    """States ``(M, V + 1, H)`` float16 of the first M of ``seen`` ``(N, 33, 6)``, as many as ``minutes`` allow but at least a batch; half of the batches ask in varied words."""
    known = [torch.load(part, weights_only=True) for part in sorted(cache.glob("*.pt"))]
    done, started = sum(map(len, known)), time.monotonic()
    cache.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed + done)
    while done < len(seen) and (not known or time.monotonic() - started < minutes * 60):
        words = POSE_PROMPT if rng.random() < 0.5 else rng.choice(POSE_QUESTIONS)
        alpha = model.gate(
            *(part.to(model.device) for part in (model.gate.encode([words]), model.gate.media(["image"])))
        ).exp()
        fresh = []
        with folded(model.backbone, alpha):
            for part in torch.from_numpy(seen[done : done + 8 * BATCH]).split(BATCH):
                fresh.append(pose_states(model, [model.builder.pose_answer(words, one) for one in part]).half().cpu())
        known.append(torch.cat(fresh))
        torch.save(known[-1], cache / f"{done:08d}.pt")
        done += len(known[-1])
        log.info("%d of %d states", done, len(seen))
    return torch.cat(known)[: len(seen)]


class Heads:
    """What reads poses, trained in place: the pose neck, the orientation head and the pose rows of the part head."""

    def __init__(self, model: MotionLanguageModel, lr: float, steps: int) -> None:
        self.lr, self.steps, self.step = lr, steps, 0
        self._shared = [model.depth_transformer.output_weight, model.depth_transformer.position]
        own = [*model.pose_neck.parameters(), *model.orientation.parameters()]
        model.requires_grad_(False)
        for parameter in (*own, *self._shared):
            parameter.requires_grad_(True)
        decays = [{"params": own, "weight_decay": 0.05}, {"params": self._shared, "weight_decay": 0.0}]
        self._optimiser = torch.optim.AdamW(decays, lr=lr)
        model.train()

    def learn(self, terms: dict[str, Tensor]) -> None:
        """One step down the weighted terms; the part head's rows of motion stay."""
        for group in self._optimiser.param_groups:
            group["lr"] = self.lr * lr_factor(self.step, self.step / self.steps, warmup=30)
        self._optimiser.zero_grad()
        sum(WEIGHTS[name] * value for name, value in terms.items()).backward()
        for parameter in self._shared:
            parameter.grad[[index for index in range(len(KINDS)) if index != KINDS.index("pose")]] = 0
        self._optimiser.step()
        self.step += 1


def rehearse(
    model: MotionLanguageModel,
    tokenizer: BodyPartTokenizer,
    states: Tensor,
    seen: np.ndarray,
    views: ViewBatch,
    args: argparse.Namespace,
) -> None:
    """Teach the heads on far more views than there are states: on what the encoder says, before what the states tell of it.

    What is seen at a picture's positions is put in the place of what the neck looks up in the states; ``states`` ``(M, V + 1, H)``,
    of the views ``seen`` ``(M, 33, 6)``, teach the neck where to look it up, by least squares, and how much of it is lost.
    """
    neck, encoder = model.pose_neck, model.projector.encoder.eval()
    rest = look_up(model, states, seen)
    log.info("%.1f %% of what is said is lost in the states", 100 * rest.square().mean())
    heads = Heads(model, args.lr, args.rehearsal)
    neck.token_proj.requires_grad_(False)
    for step in range(args.rehearsal):
        rows, other = torch.randint(len(views), (args.batch,)).tolist(), torch.randint(len(states), (args.batch,))
        with torch.no_grad():
            said = encoder(torch.from_numpy(views.features[rows]).float().to(rest.device)) + rest[other]
        poses = torch.from_numpy(views.poses[rows])
        terms = head_losses(model, tokenizer, neck.fuse(said, states[other, -1].float()), views.codes[rows], poses)
        heads.learn(terms)
        if (step + 1) % args.log_every == 0:
            log.info("rehearsal %d  %s", step + 1, "  ".join(f"{k} {v.item():.4f}" for k, v in terms.items()))
    neck.token_proj.requires_grad_(True)


@torch.no_grad()
def look_up(model: MotionLanguageModel, states: Tensor, seen: np.ndarray, ridge: float = 3.0) -> Tensor:
    """Set the neck's look to the least-squares map from states ``(M, V + 1, H)`` to what the encoder said of ``seen``; what it misses ``(M, V, look)``."""
    norm, linear = model.pose_neck.token_proj
    said = model.projector.encoder(torch.from_numpy(seen[: len(states)]).float().to(model.device))
    if said.shape[-1] != linear.out_features:
        raise ValueError(f"the neck looks for {linear.out_features} numbers, the encoder says {said.shape[-1]}")
    norm.reset_parameters()
    known = torch.cat([F.pad(norm(part[:, :-1].float()), (0, 1), value=1.0) for part in states.split(256)]).flatten(
        0, 1
    )
    moments = known.T @ known + ridge * torch.eye(known.shape[1], device=known.device)
    answer = torch.linalg.solve(moments, known.T @ said.flatten(0, 1))
    linear.weight.copy_(answer[:-1].T)
    linear.bias.copy_(answer[-1])
    return said - (known @ answer).unflatten(0, said.shape[:2])


def settle(
    model: MotionLanguageModel, tokenizer: BodyPartTokenizer, states: Tensor, views: ViewBatch, args: argparse.Namespace
) -> None:
    """Train the heads in place on states ``(N, V + 1, H)`` of the views; the last ``held_out`` are only measured on."""
    kept, spread = len(states) - args.held_out, states[:1000].float().std()
    rest = list(range(kept, len(states)))
    heads = Heads(model, args.lr, args.steps)
    for step in range(args.steps):
        rows = torch.randint(kept, (args.batch,)).tolist()
        hidden = states[rows].float()
        hidden += args.noise * spread * torch.randn_like(hidden)
        terms = losses(model, tokenizer, hidden, views, rows)
        heads.learn(terms)
        if (step + 1) % args.log_every == 0 or step == 0:
            with torch.no_grad():
                tested = losses(model.eval(), tokenizer, states[rest].float(), views, rest)
            model.train()
            log.info(
                "step %d  %s",
                step + 1,
                "  ".join(f"{k} {v.item():.4f} ({tested[k].item():.4f})" for k, v in terms.items()),
            )


def main() -> None:
    """Settle the pose heads of a checkpoint in place."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="checkpoints/embedded")
    options.add_argument("--tokenizer", help="by default the one in the model's folder")
    options.add_argument("--views", nargs="+", default=["data/views.npz"], help="one or more files")
    options.add_argument("--cache", default="state/pose_states", help="folder; delete it when the model has changed")
    options.add_argument(
        "--rehearsal",
        type=int,
        default=0,
        help="steps on what the encoder says of many views, before those on states; where the heads are new",
    )
    options.add_argument("--rehearsed", type=int, default=120_000, help="how many views")
    options.add_argument("--count", type=int, default=12_000, help="views to look at")
    options.add_argument("--measured", type=float, default=0.3, help="share of rendered pictures among them")
    options.add_argument("--held-out", type=int, default=500, help="of them only measured on")
    options.add_argument("--minutes", type=float, default=1e9, help="most time to spend on the states")
    options.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    options.add_argument("--steps", type=int, default=2000)
    options.add_argument("--batch", type=int, default=256)
    options.add_argument("--lr", type=float, default=1e-3)
    options.add_argument("--log-every", type=int, default=100)
    options.add_argument(
        "--encoder", help="file of python -m train.pose.body_encoder, whose poses are learnt; without it the true ones"
    )
    options.add_argument("--noise", type=float, default=0.05, help="deviation added to the states, in units of theirs")
    options.add_argument("--device", default="cpu")
    options.add_argument("--seed", type=int, default=0)
    args = options.parse_args()
    torch.manual_seed(args.seed)
    tokenizer = (
        BodyPartTokenizer.from_pretrained(args.tokenizer or Path(args.model) / "tokenizer")
        .requires_grad_(False)
        .to(args.device)
    )
    train = join_rows([load_views(path) for path in args.views], shared="clips").rows(split="train")
    rng = np.random.default_rng(args.seed)
    real, drawn = (rng.permutation(np.flatnonzero(kind)) for kind in (train.measured, ~train.measured))
    count = min(len(real), round(args.measured * args.count))
    chosen = rng.permutation(np.concatenate([real[:count], drawn[: args.count - count]]))
    seen, poses = train.features[chosen], train.poses[chosen]
    running = MotionLanguageModel.from_pretrained(args.model, dtype=getattr(torch, args.dtype)).to(args.device)
    states = cached_states(running, seen, Path(args.cache), args.minutes, args.seed).to(args.device)
    kept = len(states) - args.held_out
    model = MotionLanguageModel.from_pretrained(args.model).to(args.device)
    if args.encoder:
        reader = BodyReader.load(args.encoder).to(args.device)
        if args.rehearsal:
            rows = rng.permutation(len(train))[: args.rehearsed]
            many = ViewBatch.from_arrays(train.features[rows], reader.poses(train.features[rows]), tokenizer)
            rehearse(model, tokenizer, states, seen, many, args)
        poses = np.concatenate([reader.poses(seen[:kept]), poses[kept:]])
    views = ViewBatch.from_arrays(seen[: len(states)], poses[: len(states)], tokenizer)
    settle(model, tokenizer, states, views, args)
    model.eval().save_pretrained(args.model)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    main()
