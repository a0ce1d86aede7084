r"""After stage 1: train the tokenizer's decoders on, with encoders and codebooks frozen.

    python -m train.tokenizer.refine_decoders --model out/stage1 --data data/motions.npz \
        --out out/tokenizer --minutes 20

Every code keeps its meaning, so a language model need not be trained again. Codes are computed once, which makes steps
cheap; windows are up to eight seconds long, so that drift of path and heading counts, and end as a decoded motion does,
with their codes repeated; ``--layers`` and ``--fine-layers`` deepen the decoder by blocks that begin as the identity.
The result lies ``--blend`` of the way from the old weights to the new ones (WiSE-FT, arXiv 2109.01903): half way,
validation recordings gain almost as much and no source loses.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from hmvlm.atomic import write_text
from hmvlm.body.smpl import BodyModel
from hmvlm.checksums import file_sha256
from hmvlm.config import TEMPORAL_STRIDE
from hmvlm.language.model import CONFIG as LANGUAGE
from hmvlm.tokenizer.model import EDGE, WEIGHTS_FILE, BodyPartTokenizer, extended
from train.loop.objective import Objective, trainable
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.recordings.store import Recording, load_motions
from train.tokenizer.coded_windows import CodedWindows
from train.tokenizer.losses import LOSS_WEIGHTS, losses
from train.tokenizer.metrics import measure
from train.tokenizer.windows import feature_sequences, imported_weights, source_weights

REFINE_WEIGHTS = LOSS_WEIGHTS | {"speed": 1.0}
"""Stage 1 leaves fast strokes with a third to a half of their speed."""


@dataclass(kw_only=True)
class RefineSettings(LoopSettings):
    """Train the tokenizer's decoders on, with its codes as they are."""

    model: str = option(help="folder of the trained tokenizer")
    data: str = option("data/motions.npz", "file of python -m train.recordings.prepare")
    layers: int = option(0, "residual blocks of the motion decoder at 5 Hz; 0 keeps their number")
    fine_layers: int = option(0, "residual blocks of the motion decoder at 20 Hz; 0 keeps their number")
    source_weights: list[str] = option([], "SOURCE=WEIGHT, the share of a source in a batch; others keep their default")
    poses: bool = option(True, "train the decoder of poses as well, not that of motions alone")
    blend: float = option(0.5, "0 keeps the old decoders, 1 takes the new ones")
    steps: int = option(20_000, "optimiser steps of the whole run")
    batch: int = option(24, "windows of the full length a batch; more of shorter ones")
    steps_a_window: int = option(40, "most time steps of 0.2 s a window")
    lr: float = option(6e-4, "peak learning rate")
    warmup: int = option(100, "steps over which the learning rate rises")
    eval_every: int = option(5000, "steps between validations")


def deepened(tokenizer: BodyPartTokenizer, layers: int, fine_layers: int) -> BodyPartTokenizer:
    """The tokenizer with so many blocks in its motion decoder, at 5 and at 20 Hz (0: as many as it has).

    New blocks change nothing yet; where there are fewer, the last ones are dropped.
    """
    config = tokenizer.config
    layers, fine_layers = layers or config.decoder_layers, fine_layers or config.fine_layers
    if (layers, fine_layers) == (config.decoder_layers, config.fine_layers):
        return tokenizer
    deeper = BodyPartTokenizer(replace(config, decoder_layers=layers, fine_layers=fine_layers))
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
        poses: whether the decoder of poses is trained as well.
    """

    loss_weights = REFINE_WEIGHTS
    outputs = ("tokenizer.json", "tokenizer.safetensors")
    offsets: Tensor
    validate_first = True

    def __init__(
        self, tokenizer: BodyPartTokenizer, held_out: list[Recording], blend: float, poses: bool = True
    ) -> None:
        super().__init__()
        self.before = copy.deepcopy(tokenizer).requires_grad_(False)
        self.tokenizer, self.held_out, self.blend = tokenizer.requires_grad_(False), held_out, blend
        tokenizer.decoder.requires_grad_(True)
        tokenizer.pose_decoder.requires_grad_(poses)
        self.register_buffer("offsets", BodyModel.load().offsets(), persistent=False)

    def train(self, mode: bool = True) -> Refinement:
        """Stay in evaluation mode: codebooks must not move, and decoders are refined without dropout."""
        return super().train(False)

    def forward(self, batch: tuple[Tensor, ...]) -> dict[str, Tensor]:
        """Loss terms of features and codes as :class:`CodedWindows` draws them."""
        model = self.tokenizer
        raw, codes, poses = (part.to(self.offsets.device) for part in batch)
        decoded = model.decoder(model.motion_quantizer.lookup(extended(codes))) * model.std + model.mean
        output = {
            "motion": decoded[:, EDGE * TEMPORAL_STRIDE : -EDGE * TEMPORAL_STRIDE],
            "pose": model.decode_pose_vectors(model.pose_quantizer.lookup(poses)),
            "pose_frames": torch.arange(codes.shape[1]) * TEMPORAL_STRIDE,
            "commitment": torch.zeros((), device=raw.device),
        }
        return losses(output, raw, torch.ones(raw.shape[:2], device=raw.device), model.std, self.offsets)

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
    tokenizer = BodyPartTokenizer.from_pretrained(settings.model)
    tokenizer = deepened(tokenizer, settings.layers, settings.fine_layers).eval()
    chosen = [clip for clip in clips if clip.split == "train"]
    sequences = feature_sequences([clip.motion for clip in chosen], mirror=True)
    sources = [clip.source for clip in chosen] * 2
    weights = source_weights(set(sources), settings.source_weights, imported_weights(clips))
    sizes = settings.steps_a_window, settings.batch
    windows = CodedWindows(sequences, sources, weights, tokenizer, *sizes, settings.seed)
    objective = Refinement(tokenizer, [clip for clip in clips if clip.split == "val"], settings.blend, settings.poses)
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
