"""After stage 2: one expert alone goes on learning to answer questions about motions; everything else stays as it is.

    python -m train.segments.prepare --order 6 --out data/stage2_order.npz
    python -m train.instruct.finetune_expert --model checkpoints/embedded --segments data/stage2_order.npz --max-minutes 36

Stage 2 gives questions a small part of its steps, questions of time a small part of that, and what is rarely decided by the
facts ("do the hands go up together?") next to nothing; here rare templates come more often. The gate gives the expert that
is taught here about nine times as much weight on questions about motions as on requests for motion or poses
(``docs/results.md``), and none on ordinary talk: so it can learn on with little change to the other tasks, which the
last line of the log measures as the loss on motion before and after. Resumes from ``--state``.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from hmvlm.language.model import MotionLanguageModel
from train.instruct.batches import Batch, Batches
from train.instruct.mixture import Mixture
from train.loop.schedule import lr_factor
from train.segments.segment import Segment, load_segments

log = logging.getLogger("train.instruct.finetune_expert")

CHECKED = 12
"""Batches that validation losses are measured on."""


def of_expert(backbone: nn.Module, expert: int, rank: int) -> list[nn.Parameter]:
    """Both matrices of every layer's experts, of which gradients reach those of one ``expert`` (0 is the first) alone."""
    rows, found = slice(expert * rank, (expert + 1) * rank), []
    for name, parameter in backbone.named_parameters():
        if "moe_lora_" not in name:
            continue
        mask = torch.zeros_like(parameter)
        (mask if "moe_lora_A" in name else mask.T)[rows] = 1
        parameter.requires_grad_(True).register_hook(mask.mul)
        found.append(parameter)
    return found


class Learner:
    """A model, whose expert is taught in place, its examples, and the loop around them."""

    def __init__(self, model: MotionLanguageModel, segments: list[Segment], args: argparse.Namespace) -> None:
        self.model, self.args, self.state, self.step = model.requires_grad_(False).eval(), args, Path(args.state), 0
        config = model.backbone.peft_config["default"]
        if not 0 <= args.expert < config.num_experts:
            raise ValueError(f"there is no expert {args.expert}; 0 to {config.num_experts - 1}")
        self.parameters = of_expert(self.model.backbone, args.expert, config.r)
        self.optimiser = torch.optim.Adam(self.parameters, lr=args.lr, betas=(0.9, 0.98))
        own, held_out = ([one for one in segments if one.split == split] for split in ("train", "val"))
        self.asked = self._batches(own, args.captions, 1 - args.captions)
        self.checks = {
            "answers": self._batches(held_out, 0.1, 0.9),
            "captions": self._batches(held_out, 1.0),
            "motion": self._batches(held_out, 0.0),
        }

    def _batches(self, segments: list[Segment], captions: float, questions: float = 0.0) -> Batches:
        model, args = self.model, self.args
        mixture = Mixture(
            segments, model.builder, captions, questions, args.balance, noted=model.config.notes, even=questions > 0
        )
        return Batches(mixture, model.gate, args.positions, args.row)

    def loss(self, batch: Batch, term: str) -> Tensor:
        """One loss (``text`` or ``motion``) of examples, each under its own gate."""
        with torch.no_grad():
            alpha = self.model.gate(self.model.gate.encode(batch.texts), batch.media).exp()
        with sdpa_kernel([SDPBackend.MATH]):
            return self.model.losses(batch.packed, self.model.contextual(batch.packed, alpha))[term]

    @torch.no_grad()
    def check(self) -> dict[str, float]:
        """Validation losses on answers, captions and motion."""
        found = {}
        for name, batches in self.checks.items():
            rng, term = random.Random(0), "motion" if name == "motion" else "text"
            values = [float(self.loss(batches.make(rng), term)) for _ in range(CHECKED)]
            found[f"val_{name}"] = sum(values) / len(values)
        return found

    def learn(self) -> None:
        """Run until ``--steps`` or ``--max-minutes``."""
        args = self.args
        self.resume()
        rng = random.Random(f"{args.seed} {self.step}")
        started = saved = time.monotonic()
        running = None
        self._log(self.check())
        while (share := max(self.step / args.steps, (time.monotonic() - started) / (60 * args.max_minutes))) < 1:
            for group in self.optimiser.param_groups:
                group["lr"] = args.lr * lr_factor(self.step, share, warmup=20, floor=0.05)
            value = self.loss(self.asked.make(rng), "text")
            self.optimiser.zero_grad()
            value.backward()
            nn.utils.clip_grad_norm_(self.parameters, 1.0)
            self.optimiser.step()
            self.step += 1
            running = value.item() if running is None else 0.95 * running + 0.05 * value.item()
            if self.step % args.log_every == 0:
                self._log({"text": running})
            if time.monotonic() - saved > 60 * args.save_minutes:
                self.save()
                saved = time.monotonic()
        self.save()
        self._log(self.check())

    def _log(self, row: dict[str, float]) -> None:
        log.info("step %d  %s", self.step, "  ".join(f"{name} {value:.4f}" for name, value in row.items()))
        self.state.mkdir(parents=True, exist_ok=True)
        with (self.state / "log.jsonl").open("a") as file:
            file.write(json.dumps({"step": self.step} | row) + "\n")

    def save(self) -> None:
        """Write the state to resume from."""
        self.state.mkdir(parents=True, exist_ok=True)
        partial = self.state / "state.pt.partial"
        torch.save({"experts": self.parameters, "optimiser": self.optimiser.state_dict(), "step": self.step}, partial)
        partial.replace(self.state / "state.pt")

    def resume(self) -> None:
        """Take up a state that :meth:`save` wrote, if there is one."""
        path = self.state / "state.pt"
        if not path.is_file():
            return
        saved = torch.load(path, weights_only=True)
        with torch.no_grad():
            for own, value in zip(self.parameters, saved["experts"], strict=True):
                own.copy_(value)
        self.optimiser.load_state_dict(saved["optimiser"])
        self.step = saved["step"]
        log.info("resumed at step %d", self.step)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="checkpoints/embedded", help="checkpoint, changed in place")
    options.add_argument("--segments", default="data/stage2_order.npz")
    options.add_argument("--state", default="state/answers", help="folder for resuming and the log")
    options.add_argument("--expert", type=int, default=0, help="which of the LoRA experts learns, 0 is the first")
    options.add_argument(
        "--captions", type=float, default=0.1, help="share of examples in which the motion is to be described"
    )
    options.add_argument("--balance", type=float, default=0.5, help="0 draws every action alike, 1 every clip")
    options.add_argument("--lr", type=float, default=3e-3)
    options.add_argument("--positions", type=int, default=1024, help="packed positions a step")
    options.add_argument("--row", type=int, default=160, help="positions a packed row")
    options.add_argument("--steps", type=int, default=10**9)
    options.add_argument("--max-minutes", type=float, default=36.0)
    options.add_argument("--save-minutes", type=float, default=6.0)
    options.add_argument("--log-every", type=int, default=10)
    options.add_argument("--seed", type=int, default=0)
    return options


def main() -> None:
    """Teach an expert of a checkpoint in place."""
    args = parser().parse_args()
    model = MotionLanguageModel.from_pretrained(args.model)
    Learner(model, load_segments(args.segments), args).learn()
    model.save_pretrained(args.model)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    main()
