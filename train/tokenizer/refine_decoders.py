"""After stage 1: train the tokenizer's decoders on, with its codes as they are.

    python -m train.tokenizer.refine_decoders --model checkpoints/embedded --data data/motions.npz --max-minutes 20

Encoders and codebooks stay, so every code means what it meant and the language model need not know. What changes is
how well codes are turned back into motion: the codes are read once and kept, which makes steps cheap; windows are
eight seconds long, so that the path and the heading count as far as they drift; ``--layers`` deepens the decoder by
blocks that begin as the identity. In the end the weights go only ``--blend`` of the way from where they began
(WiSE-FT, arXiv 2109.01903): half way, validation recordings gain almost as much and none loses. Writes to ``--out``,
or in place, where the language model's note of the tokenizer it belongs to is brought up to date.
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.body.smpl import BodyModel
from hmvlm.config import TEMPORAL_STRIDE
from hmvlm.language.model import CONFIG as LANGUAGE
from hmvlm.tokenizer.model import WEIGHTS, BodyPartTokenizer
from hmvlm.weights import file_sha256
from train.loop.schedule import lr_factor
from train.recordings.store import load_motions
from train.tokenizer.metrics import measure
from train.tokenizer.stage1 import LOSS_WEIGHTS, SOURCE_WEIGHTS, losses
from train.tokenizer.windows import DEFAULT_PHASES, PHASES, chances, feature_sequences

log = logging.getLogger("train.refine")


class CodedWindows:
    """Random windows of clips whose codes are known; a source's clips are drawn by their length.

    Args:
        sequences: features ``(T_i, 221)``; sources: of every sequence; steps: time steps a window.
    """

    def __init__(self, sequences: list[Tensor], sources: list[str], tokenizer: BodyPartTokenizer, steps: int) -> None:
        self.steps, self.rows, members, lengths = steps, [], [], []
        for sequence, source in zip(sequences, sources, strict=True):
            for phase in PHASES[:DEFAULT_PHASES]:
                frames = (len(sequence) - phase) // TEMPORAL_STRIDE * TEMPORAL_STRIDE
                if frames:
                    raw = sequence[phase : phase + frames]
                    self.rows.append(
                        (raw, tokenizer.encode_features(raw), tokenizer.encode_pose(raw[::TEMPORAL_STRIDE]))
                    )
                    members.append(source)
                    lengths.append(frames)
        self._chance = chances(lengths, members, SOURCE_WEIGHTS)

    def batch(self, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Features ``(size, 4 S, 221)``, motion codes and pose codes (of every fourth frame) ``(size, S, P)``, mask ``(size, 4 S)``.

        What lies beyond a clip's end repeats its last step and does not count.
        """
        made = []
        for pick in rng.choice(len(self.rows), size, p=self._chance):
            raw, codes, poses = self.rows[pick]
            start = int(rng.integers(0, max(1, len(codes) - self.steps + 1)))
            kept = torch.arange(start, start + self.steps).clamp_max(len(codes) - 1)
            frames = (kept[:, None] * TEMPORAL_STRIDE + torch.arange(TEMPORAL_STRIDE)).flatten()
            mask = (torch.arange(self.steps) + start < len(codes)).float().repeat_interleave(TEMPORAL_STRIDE)
            made.append((raw[frames], codes[kept], poses[kept], mask))
        return tuple(torch.stack(parts) for parts in zip(*made, strict=True))


def deepened(tokenizer: BodyPartTokenizer, layers: int) -> BodyPartTokenizer:
    """The tokenizer with at least ``layers`` blocks in its motion decoder; new ones change nothing yet."""
    if layers <= tokenizer.config.decoder_layers:
        return tokenizer
    deeper = BodyPartTokenizer(replace(tokenizer.config, decoder_layers=layers))
    deeper.load_state_dict(tokenizer.state_dict(), strict=False)
    return deeper


def blended(before: BodyPartTokenizer, after: BodyPartTokenizer, share: float) -> BodyPartTokenizer:
    """``after`` with decoders ``share`` of the way from those of ``before``."""
    old = before.state_dict()
    with torch.no_grad():
        for name, value in after.state_dict().items():
            if name.startswith(("decoder.", "pose_decoder.")):
                value.lerp_(old[name], 1 - share)
    return after


def train(args: argparse.Namespace) -> Path:
    """Train as the command line says; returns the folder of the tokenizer."""
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    source = Path(args.model) / "tokenizer"
    clips = load_motions(args.data)
    held_out = [clip for clip in clips if clip.split == "val"]
    tokenizer = deepened(BodyPartTokenizer.from_pretrained(source), args.layers).eval()
    before, offsets = copy.deepcopy(tokenizer), BodyModel.load().offsets()
    log.info("before: %s", json.dumps(measure(tokenizer, held_out)))
    chosen = [clip for clip in clips if clip.split == "train"]
    sources = [clip.source for clip in chosen] * 2
    windows = CodedWindows(
        feature_sequences([clip.motion for clip in chosen], mirror=True), sources, tokenizer, args.steps_a_window
    )
    log.info("%d sequences of codes", len(windows.rows))
    tokenizer.requires_grad_(False)
    parameters = [*tokenizer.decoder.parameters(), *tokenizer.pose_decoder.parameters()]
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimiser = torch.optim.AdamW(parameters, lr=args.lr, betas=(0.9, 0.99), weight_decay=1e-4)
    started, running = time.monotonic(), {}
    frames = torch.arange(args.steps_a_window) * TEMPORAL_STRIDE
    for step in range(args.steps):
        share = max(step / args.steps, (time.monotonic() - started) / (60 * args.max_minutes))
        if share >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = args.lr * lr_factor(step, share, warmup=100)
        raw, codes, poses, mask = windows.batch(args.batch, rng)
        decoded = tokenizer.decoder(tokenizer.motion_quantizer.lookup(codes)) * tokenizer.std + tokenizer.mean
        output = {
            "motion": decoded, "pose": tokenizer.decode_pose_vectors(tokenizer.pose_quantizer.lookup(poses)),
            "pose_frames": frames, "commitment": torch.zeros(()),
        }  # fmt: skip
        terms = losses(output, raw, mask, tokenizer.std, offsets)
        optimiser.zero_grad(set_to_none=True)
        sum(LOSS_WEIGHTS[name] * value for name, value in terms.items()).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        for name, value in terms.items():
            running[name] = 0.98 * running.get(name, value.item()) + 0.02 * value.item()
        if (step + 1) % args.log_every == 0:
            log.info("step %d  %s", step + 1, "  ".join(f"{k} {v:.4f}" for k, v in running.items()))
    tokenizer = blended(before, tokenizer, args.blend)
    log.info("after: %s", json.dumps(measure(tokenizer.eval(), held_out)))
    return keep(tokenizer, source, Path(args.out) if args.out else source)


def keep(tokenizer: BodyPartTokenizer, source: Path, out: Path) -> Path:
    """Write the tokenizer; a language model beside it that belonged to ``source`` is told the new file's checksum."""
    before = file_sha256(source / WEIGHTS)
    tokenizer.eval().save_pretrained(out)
    note = out.parent / LANGUAGE
    if note.is_file():
        facts = json.loads(note.read_text())
        if facts.get("tokenizer_sha256") == before:
            facts["tokenizer_sha256"] = file_sha256(out / WEIGHTS)
            note.write_text(json.dumps(facts, indent=2) + "\n")
    return out


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="checkpoints/embedded", help="folder that holds the tokenizer's")
    options.add_argument("--data", default="data/motions.npz")
    options.add_argument("--out", help="folder for the refined tokenizer; by default in place")
    options.add_argument(
        "--layers", type=int, default=5, help="blocks of the motion decoder, at least as many as it has"
    )
    options.add_argument("--blend", type=float, default=0.5, help="0 keeps the old decoders, 1 takes the new ones")
    options.add_argument("--steps", type=int, default=20_000)
    options.add_argument("--max-minutes", type=float, default=1e9)
    options.add_argument("--batch", type=int, default=24)
    options.add_argument("--steps-a-window", type=int, default=40, help="time steps of 0.2 s")
    options.add_argument("--lr", type=float, default=6e-4)
    options.add_argument("--log-every", type=int, default=200)
    options.add_argument("--seed", type=int, default=0)
    return options


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(parser().parse_args())
