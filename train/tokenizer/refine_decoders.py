r"""After stage 1: train the tokenizer's decoders on, with encoders and codebooks frozen.

    python -m train.tokenizer.refine_decoders --model out/stage1 --data data/motions.npz \
        --out out/tokenizer --minutes 20

Every code keeps its meaning, so a language model need not be trained again. Codes are computed once, which makes steps
cheap; windows are eight seconds long, so that drift of path and heading counts; ``--layers`` deepens the decoder by
blocks that begin as the identity. The result lies ``--blend`` of the way from the old weights to the new ones
(WiSE-FT, arXiv 2109.01903): half way, validation recordings gain almost as much and no source loses.
"""

from __future__ import annotations

import copy
import json
import random
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.atomic import write_text
from hmvlm.body.smpl import BodyModel
from hmvlm.config import TEMPORAL_STRIDE
from hmvlm.language.model import CONFIG as LANGUAGE
from hmvlm.tokenizer.model import WEIGHTS_FILE, BodyPartTokenizer
from hmvlm.weights import file_sha256
from train.loop.objective import Objective, RandomBatches, trainable
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.recordings.store import Recording, load_motions
from train.tokenizer.losses import LOSS_WEIGHTS, losses
from train.tokenizer.metrics import measure
from train.tokenizer.windows import (
    DEFAULT_PHASES,
    PHASES,
    chances,
    feature_sequences,
    imported_weights,
    source_weights,
)  # fmt: skip


@dataclass(kw_only=True)
class RefineSettings(LoopSettings):
    """Train the tokenizer's decoders on, with its codes as they are."""

    model: str = option(help="folder of the trained tokenizer")
    data: str = option("data/motions.npz", "file of python -m train.recordings.prepare")
    layers: int = option(5, "blocks of the motion decoder, at least as many as it has")
    source_weights: list[str] = option([], "SOURCE=WEIGHT, the share of a source in a batch; others keep their default")
    blend: float = option(0.5, "0 keeps the old decoders, 1 takes the new ones")
    steps: int = option(20_000, "optimiser steps of the whole run")
    batch: int = option(24, "windows a batch")
    steps_a_window: int = option(40, "time steps of 0.2 s a window")
    lr: float = option(6e-4, "peak learning rate")
    warmup: int = option(100, "steps over which the learning rate rises")
    eval_every: int = option(5000, "steps between validations")


class CodedWindows(RandomBatches):
    """Random windows of clips whose codes are known; a source's clips are drawn by their length.

    Args:
        sequences: features ``(T_i, 221)``; sources: of every sequence; weights: share of each source in a batch;
            steps: time steps a window; size: windows a batch.
    """

    def __init__(
        self,
        sequences: list[Tensor],
        sources: list[str],
        weights: dict[str, float],
        tokenizer: BodyPartTokenizer,
        steps: int,
        size: int,
        seed: int,
    ) -> None:
        super().__init__(seed)
        self.steps, self.size = steps, size
        pieces, members = [], []
        for sequence, source in zip(sequences, sources, strict=True):
            for phase in PHASES[:DEFAULT_PHASES]:
                frames = (len(sequence) - phase) // TEMPORAL_STRIDE * TEMPORAL_STRIDE
                if frames:
                    pieces.append(sequence[phase : phase + frames])
                    members.append(source)
        self.rows = list(zip(pieces, *coded(tokenizer, pieces), strict=True))
        lengths = [len(piece) for piece in pieces]
        self._chance = chances(lengths, members, weights)

    def draw(self, rng: random.Random) -> tuple[Tensor, ...]:
        """Features ``(B, 4 S, 221)``, motion codes and pose codes (of every fourth frame) ``(B, S, P)``, mask
        ``(B, 4 S)``.

        What lies beyond a clip's end repeats its last step and does not count.
        """
        made = []
        numbers = np.random.default_rng(rng.getrandbits(64))
        for pick in numbers.choice(len(self.rows), self.size, p=self._chance):
            raw, codes, poses = self.rows[pick]
            start = int(numbers.integers(0, max(1, len(codes) - self.steps + 1)))
            kept = torch.arange(start, start + self.steps).clamp_max(len(codes) - 1)
            frames = (kept[:, None] * TEMPORAL_STRIDE + torch.arange(TEMPORAL_STRIDE)).flatten()
            mask = (torch.arange(self.steps) + start < len(codes)).float().repeat_interleave(TEMPORAL_STRIDE)
            made.append((raw[frames], codes[kept], poses[kept], mask))
        return tuple(torch.stack(parts) for parts in zip(*made, strict=True))


def coded(tokenizer: BodyPartTokenizer, pieces: list[Tensor], most: int = 64) -> tuple[list[Tensor], list[Tensor]]:
    """Motion codes, and pose codes of every fourth frame, ``(T_i / 4, P)`` of features ``(T_i, 221)``.

    Pieces of one length are encoded together, at most ``most`` at a time.
    """
    motion, poses = [torch.empty(0)] * len(pieces), [torch.empty(0)] * len(pieces)
    members = defaultdict(list)
    for index, piece in enumerate(pieces):
        members[len(piece)].append(index)
    for same in members.values():
        for start in range(0, len(same), most):
            chosen = same[start : start + most]
            raw = torch.stack([pieces[index] for index in chosen])
            found = tokenizer.encode_features(raw), tokenizer.encode_pose(raw[:, ::TEMPORAL_STRIDE])
            for index, codes, pose_codes in zip(chosen, *found, strict=True):
                motion[index], poses[index] = codes, pose_codes
    return motion, poses


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


class Refinement(Objective):
    """The tokenizer's decoders with the losses of stage 1 on given codes.

    Args:
        tokenizer: deepened; its decoders are trained.
        held_out: validation clips.
        blend: share of the new weights in what is validated and saved.
    """

    loss_weights = LOSS_WEIGHTS
    outputs = ("tokenizer.json", "tokenizer.safetensors")
    offsets: Tensor
    validate_first = True

    def __init__(self, tokenizer: BodyPartTokenizer, held_out: list[Recording], blend: float) -> None:
        super().__init__()
        self.before = copy.deepcopy(tokenizer).requires_grad_(False)
        self.tokenizer, self.held_out, self.blend = tokenizer.requires_grad_(False), held_out, blend
        for part in (tokenizer.decoder, tokenizer.pose_decoder):
            part.requires_grad_(True)
        self.register_buffer("offsets", BodyModel.load().offsets(), persistent=False)

    def train(self, mode: bool = True) -> Refinement:
        """Stay in evaluation mode: codebooks must not move, and decoders are refined without dropout."""
        return super().train(False)

    def forward(self, batch: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """Loss terms of features, codes and mask as :class:`CodedWindows` draws them."""
        model = self.tokenizer
        raw, codes, poses, mask = (part.to(self.offsets.device) for part in batch)
        output = {
            "motion": model.decoder(model.motion_quantizer.lookup(codes)) * model.std + model.mean,
            "pose": model.decode_pose_vectors(model.pose_quantizer.lookup(poses)),
            "pose_frames": torch.arange(codes.shape[1]) * TEMPORAL_STRIDE,
            "commitment": torch.zeros((), device=raw.device),
        }
        return losses(output, raw, mask, model.std, self.offsets)

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """AdamW as in stage 1."""
        return torch.optim.AdamW(trainable(self), lr=settings.lr, betas=(0.9, 0.99), weight_decay=1e-4)

    def blended(self) -> BodyPartTokenizer:
        """A copy of the tokenizer, its decoders ``blend`` of the way from the old weights to the new ones."""
        return blended(self.before, copy.deepcopy(self.tokenizer), self.blend).eval()

    def validate(self) -> dict[str, float]:
        """Reconstruction errors of the blended tokenizer on validation clips."""
        return measure(self.blended(), self.held_out)["all"] if self.held_out else {}

    def save(self, out: Path) -> None:
        """Write the blended tokenizer."""
        self.blended().save_pretrained(out)


def train(settings: RefineSettings) -> Path:
    """Train the decoders; returns the folder of the refined tokenizer."""
    if finished(settings, "refine_decoders"):
        return Path(settings.out)
    torch.manual_seed(settings.seed)
    clips = load_motions(settings.data)
    tokenizer = deepened(BodyPartTokenizer.from_pretrained(settings.model), settings.layers).eval()
    chosen = [clip for clip in clips if clip.split == "train"]
    sequences = feature_sequences([clip.motion for clip in chosen], mirror=True)
    sources = [clip.source for clip in chosen] * 2
    weights = source_weights(set(sources), settings.source_weights, imported_weights(clips))
    sizes = settings.steps_a_window, settings.batch
    windows = CodedWindows(sequences, sources, weights, tokenizer, *sizes, settings.seed)
    objective = Refinement(tokenizer, [clip for clip in clips if clip.split == "val"], settings.blend)
    inputs: list[str | Path] = [settings.data, Path(settings.model) / WEIGHTS_FILE]
    out = TrainingLoop("refine_decoders", objective, windows, settings, inputs).run()
    note_checksum(Path(settings.model) / WEIGHTS_FILE, out / WEIGHTS_FILE)
    return out


def note_checksum(before: Path, after: Path) -> None:
    """Write the refined tokenizer's checksum into the language model in the same folder.

    Only if that was trained with the tokenizer ``before``.
    """
    note = after.parent.parent / LANGUAGE
    if note.is_file():
        content = json.loads(note.read_text())
        if content.get("tokenizer_sha256") == file_sha256(before):
            content["tokenizer_sha256"] = file_sha256(after)
            write_text(note, json.dumps(content, indent=2) + "\n")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(RefineSettings, argv, __doc__))


if __name__ == "__main__":
    main()
