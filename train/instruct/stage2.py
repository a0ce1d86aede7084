"""Stage 2: instruction tuning of experts, gate, part tokens and part head on the frozen base.

    python -m train.instruct.stage2 --segments data/stage2.npz --dialogue data/dialogue --out checkpoints/embedded
    python -m train.instruct.stage2 ... --dtype bfloat16 --max-minutes 60            # two CPU cores
    accelerate launch -m train.instruct.stage2 ... --dtype bfloat16 --positions 16384  # GPUs

``L = L_fm + L_gat``: the next-token loss on answers, and ``-log α₀`` on ordinary talk, whose prompts
pass through the gate only (with α₀ near 1 the experts take no part in the answer, so its next-token
loss moves nothing). A third, small term keeps prompts that need the experts clear of the threshold above
which they are skipped: ``log((1 - 0.8) / (1 - α₀))`` where their α₀ exceeds 0.8, else nothing. Resumes from
``--state``; ``--max-minutes``, or the signal TERM, ends a run early and keeps the state.
"""

from __future__ import annotations

import argparse
import itertools
import json
import logging
import random
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from hmvlm.config import preset
from hmvlm.language.gate import gate_loss
from hmvlm.language.model import MotionLanguageModel
from hmvlm.tokenizer.model import WEIGHTS_FILE, BodyPartTokenizer
from hmvlm.weights import file_sha256
from train.dialogue.prompts import DialoguePrompts
from train.instruct.batches import Batch, Batches
from train.instruct.mixture import Mixture
from train.instruct.options import focus_of, parser
from train.loop.average import Average
from train.loop.schedule import lr_factor
from train.pose.task import LOSS_WEIGHTS as POSE_WEIGHTS
from train.pose.task import ViewBatch
from train.pose.task import losses as pose_losses
from train.segments.segment import load_segments

log = logging.getLogger("train.stage2")

CLEAR = 0.8
"""Zero-expert weight up to which the gate is left alone on prompts that need the experts."""


class Trainer:
    """One training run: model, data, optimiser, and the loop around them."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        torch.manual_seed(args.seed)
        self.accelerator = Accelerator(
            cpu=args.cpu,
            log_with="tensorboard" if args.tensorboard else None,
            project_dir=args.state,
        )
        self.device, self.state = self.accelerator.device, Path(args.state)
        if self.device.type == "cuda":
            torch.set_float32_matmul_precision("high")  # the small heads are float32
        # Short rows: on a CPU the plain product is quicker than flash attention, above all backwards.
        self.attention = (
            [SDPBackend.MATH] if self.device.type == "cpu" else [SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]
        )
        self.step, self.seen, self.spent = 0, 0, 0.0
        self.checked: list[Batch] = []  # held-out batches, the same every time
        tokenizer = BodyPartTokenizer.from_pretrained(args.tokenizer)
        self.tokenizer = tokenizer.requires_grad_(False).to(self.device)
        model = start(args, tokenizer)
        model.tokenizer_sha256 = file_sha256(Path(args.tokenizer) / WEIGHTS_FILE)
        self.talk = DialoguePrompts.load(args.dialogue, args.seed)
        segments = load_segments(args.segments)
        self.mixture = self._mixture(segments, model, "train")
        self.held_out = self._mixture(segments, model, "val")
        self.model = model.to(self.device)
        self.talk_features = model.gate.encode(self.talk.train).to(self.device)
        groups = model.trainable()
        rates = {
            "experts": args.lr,
            "gate": args.gate_lr,
            "tokens": args.token_lr,
            "pose": args.token_lr,
            "projector": args.projector_lr,
        }
        optimiser = torch.optim.AdamW(
            [{"params": groups[name], "lr": rate, "base_lr": rate} for name, rate in rates.items()],
            betas=(0.9, 0.98),
            weight_decay=args.weight_decay,
        )
        self.optimiser = self.accelerator.prepare(optimiser)
        self.weights = POSE_WEIGHTS | {"motion": 1.0, "text": args.text_weight, "gate": 1.0, "clear": args.clear_weight}
        self.parameters = [parameter for group in groups.values() for parameter in group]
        self.average = Average(self.parameters, args.average)
        if args.tensorboard:
            self.accelerator.init_trackers("stage2")

    def _mixture(self, segments: list, model: MotionLanguageModel, split: str) -> Mixture:
        views = ViewBatch.load(self.args.views, self.tokenizer, split) if self.args.views else None
        chosen = [segment for segment in segments if segment.split == split]
        args = self.args
        focus = focus_of(args.focus, {segment.group for segment in segments}) if split == "train" else {}
        corrupt = args.corrupt if split == "train" else 0.0
        return Mixture(
            chosen, model.builder, args.caption_share, args.question_share, args.balance, views=views,
            share_pose=args.pose_share, noted=args.notes, focus=focus, even=args.even_questions, corrupt=corrupt,
        )  # fmt: skip

    def quiet(self, features: Tensor) -> Tensor:
        """log α of talk without media from its text features ``(N, dim)``."""
        gate = self.model.gate
        return gate(features, gate.media([None] * len(features)).to(self.device))

    def terms(self, batch: Batch, views: ViewBatch | None) -> tuple[dict[str, Tensor], Tensor]:
        """Losses of a batch of examples and their gates α ``(N, 1 + E)``, with gradient."""
        gate = self.model.gate
        alpha = gate(gate.encode(batch.texts).to(self.device), batch.media.to(self.device)).exp()
        packed = batch.packed.to(self.device)
        with sdpa_kernel(self.attention):
            hidden = self.model.contextual(packed, alpha)
        terms = self.model.losses(packed, hidden)
        if views is not None:
            states, owners = self.model.pose_states(packed, hidden)
            if len(states):
                rows = [batch.views[owner] for owner in owners.tolist()]
                terms |= pose_losses(self.model, self.tokenizer, states, views, rows)
        return terms, alpha

    def train(self) -> None:
        """Run until ``--steps`` or ``--max-minutes``."""
        args = self.args
        self.resume()
        self._stopped = False
        signal.signal(signal.SIGTERM, self._stop)
        seed = f"{args.seed} {self.step} {self.accelerator.process_index}"
        rng = random.Random(seed)
        batches = Batches(self.mixture, self.model.gate, args.positions, args.row, seed).ahead(args.workers)
        started = last_save = time.monotonic()
        before, running, latest = self.spent, {}, []
        self.model.train()
        while self.step < args.steps and not self._time_is_up(started):
            self._set_rates()
            for _ in range(args.accumulate):
                batch = next(batches)
                terms, alpha = self.terms(batch, self.mixture.views)
                picks = torch.tensor(rng.choices(range(len(self.talk_features)), k=args.talk_batch))
                quiet = self.quiet(self.talk_features[picks.to(self.device)])
                terms["gate"] = gate_loss(quiet)
                terms["clear"] = clearance(alpha)
                loss = sum(self.weights[name] * value for name, value in terms.items())
                (loss / args.accumulate).backward()
                self.seen += len(batch)
            self._average_gradients()
            torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
            self.optimiser.step()
            self.optimiser.zero_grad()
            self.average.update()
            self.step += 1
            self.spent = before + (time.monotonic() - started) / 60
            latest.append({name: value.detach() for name, value in terms.items()})
            latest[-1] |= {"alpha_talk": quiet.detach().exp()[:, 0].mean(), "alpha_motion": alpha.detach()[:, 0].mean()}
            if self.step % args.log_every == 0:  # a GPU is waited for here alone
                for row in latest:
                    for name, value in row.items():
                        running[name] = 0.95 * running.get(name, value.item()) + 0.05 * value.item()
                latest.clear()
                self._log(running, (time.monotonic() - started) / 60)
            if self.step % args.eval_every == 0:
                self._log(self.judged(), (time.monotonic() - started) / 60)
            if time.monotonic() - last_save > args.save_minutes * 60:
                self.save()
                last_save = time.monotonic()
        if self.average.decay:
            self._log(self.judged(), (time.monotonic() - started) / 60)
        self.save()

    def judged(self) -> dict[str, float]:
        """Validation losses, of the averaged weights if there are such; the best of those are kept."""
        with self.average.in_place():
            found = self.evaluate()
        self.average.judge(sum(weight * found.get(f"val_{name}", 0.0) for name, weight in self.weights.items()))
        return found

    def _stop(self, *_) -> None:
        """Asked to end (SIGTERM): finish the step, save, and leave."""
        self._stopped = True

    def _time_is_up(self, started: float) -> bool:
        """Whether any process was stopped or has run for ``--max-minutes``; all processes get the same answer."""
        over = self._stopped or time.monotonic() - started > self.args.max_minutes * 60
        if self.accelerator.num_processes == 1:
            return over
        late = torch.tensor(float(over), device=self.device)
        return bool(self.accelerator.reduce(late, "sum") > 0)

    def _average_gradients(self) -> None:
        """Mean of the gradients over processes. By hand, as the losses do not pass through one ``forward``."""
        if self.accelerator.num_processes > 1:
            for parameter in self.parameters:
                own = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
                parameter.grad = self.accelerator.reduce(own, "mean")

    def _set_rates(self) -> None:
        args = self.args
        share = lr_factor(self.step, max(self.step / args.steps, self.spent / args.minutes), args.warmup, floor=0.05)
        for group in self.optimiser.param_groups:
            group["lr"] = group["base_lr"] * share

    @torch.no_grad()
    def evaluate(self) -> dict[str, float]:
        """Losses on the validation split and on validation talk."""
        model = self.model.eval()
        if not self.checked:
            drawn = Batches(self.held_out, model.gate, self.args.positions, self.args.row).ahead(0)
            self.checked = list(itertools.islice(drawn, self.args.eval_batches))
        totals: dict[str, list[float]] = {}
        for batch in self.checked:
            terms, _ = self.terms(batch, self.held_out.views)
            for name, value in terms.items():
                totals.setdefault(name, []).append(float(value))
        quiet = self.quiet(model.gate.encode(self.talk.validation).to(self.device)).exp()
        model.train()
        result = {f"val_{name}": float(np.mean(values)) for name, values in totals.items()}
        return result | {"val_talk_above_0.99": float((quiet[:, 0] >= 0.99).float().mean())}

    def _log(self, row: dict[str, float], minutes: float) -> None:
        if not self.accelerator.is_main_process:
            return
        row = {"step": self.step, "examples": self.seen, "minutes": round(minutes, 2)} | row
        self.state.mkdir(parents=True, exist_ok=True)
        with (self.state / "log.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")
        log.info("%s", "  ".join(f"{k} {v:.4g}" for k, v in row.items()))
        if self.args.tensorboard:
            self.accelerator.log(row, step=self.step)

    def save(self) -> None:
        """Write the state to resume from, and the model itself."""
        if not self.accelerator.is_main_process:
            return
        self.state.mkdir(parents=True, exist_ok=True)
        model = self.model
        trained = {n: p.detach().cpu() for n, p in model.named_parameters() if p.requires_grad}
        partial = self.state / "state.pt.partial"
        counts = {"step": self.step, "seen": self.seen, "spent": self.spent}
        kept = {"trained": trained, "optimiser": self.optimiser.state_dict(), "average": self.average.state_dict()}
        torch.save(kept | counts, partial)
        partial.replace(self.state / "state.pt")
        with self.average.in_place(best=True):
            model.eval().save_pretrained(self.args.out)
        model.train()

    def resume(self) -> None:
        """Take up a state that ``save`` wrote, if there is one."""
        path = self.state / "state.pt"
        if not path.is_file():
            return
        saved = torch.load(path, map_location="cpu", weights_only=True)
        with torch.no_grad():
            own = dict(self.model.named_parameters())
            for name, value in saved["trained"].items():
                own[name].copy_(value)
        self.optimiser.load_state_dict(saved["optimiser"])
        self.average.load_state_dict(saved["average"])
        self.step, self.seen, self.spent = saved["step"], saved["seen"], saved["spent"]
        log.info("resumed at step %d", self.step)


def start(args: argparse.Namespace, tokenizer: BodyPartTokenizer) -> MotionLanguageModel:
    """The model to train: that of ``--init``, or a fresh one whose new rows begin at the codebooks' geometry."""
    dtype = getattr(torch, args.dtype)
    if args.init:
        model = MotionLanguageModel.from_pretrained(args.init, dtype=dtype, trainable=True)
    else:
        model = MotionLanguageModel.create(preset(args.preset), tokenizer.config.codebook_size, args.layout, dtype)
        books = {"motion": tokenizer.motion_quantizer.codebooks(), "pose": tokenizer.pose_quantizer.codebooks()}
        with torch.no_grad():
            words = model.base.get_input_embeddings()(torch.arange(model.vocabulary.base_size))
        model.vocabulary.start_from(books, words, args.seed)
        model.depth_transformer.start_from(books, args.seed)
    model.config = replace(model.config, notes=args.notes)
    if args.projector:
        model.projector.load_state_dict(load_file(args.projector))
    return model


def clearance(alpha: Tensor) -> Tensor:
    """Mean of ``log((1 - CLEAR) / (1 - α₀))`` over gates ``(N, 1 + E)``, counting only those above ``CLEAR``."""
    others = alpha[:, 1:].sum(-1).clamp_min(1e-6)
    return ((1 - CLEAR) / others).log().clamp_min(0).mean()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    Trainer(parser().parse_args()).train()
