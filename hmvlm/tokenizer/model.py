"""The body-part tokenizer: motions and single poses to part codes and back (stage 1 of HMVLM).

A spatial encoder pools every frame into five part latents. Quantised directly they are **pose tokens** (five per
pose); after temporal convolutions they are **motion tokens** (five per four frames). Each kind has its own codebooks.
Pose tokens encode a pose in the pelvis frame; the orientation is represented separately.
"""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from hmvlm.atomic import atomic_folder
from hmvlm.config import MAX_STEPS, TEMPORAL_STRIDE, TokenizerConfig
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.tokenizer import parts
from hmvlm.tokenizer.quantizer import PartQuantizer
from hmvlm.tokenizer.spatial import SpatialEncoder
from hmvlm.tokenizer.temporal import PoseDecoder, TemporalDecoder, TemporalEncoder

OVERLAP = 10
"""Steps that two windows of a long motion share."""
EDGE = 3
"""Steps by which the first and the last frame, or step, are repeated beyond the ends: the zeros that convolutions see
there else make a body start and end with a jerk.
"""
WEIGHTS_FILE, CONFIG = "tokenizer.safetensors", "tokenizer.json"


class BodyPartTokenizer(nn.Module):
    """Motion and pose tokenizer; features are standardised with a stored mean and deviation."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: TokenizerConfig | None = None) -> None:
        super().__init__()
        self.config = config or TokenizerConfig()
        self.spatial = SpatialEncoder(self.config)
        self.temporal = TemporalEncoder(self.config)
        self.pose_proj = nn.Linear(self.config.latent_dim, self.config.code_dim)
        self.motion_quantizer, self.pose_quantizer = PartQuantizer(self.config), PartQuantizer(self.config)
        self.decoder, self.pose_decoder = TemporalDecoder(self.config), PoseDecoder(self.config)
        self.register_buffer("mean", torch.zeros(features.FEATURE_SIZE))
        self.register_buffer("std", torch.ones(features.FEATURE_SIZE))

    @property
    def num_parts(self) -> int:
        """Tokens per step: 5, or 1 for the whole-body baseline."""
        return len(parts.part_names(self.config.parts))

    def normalise(self, raw: Tensor) -> Tensor:
        """Features ``(..., 221)`` to zero mean and unit deviation."""
        return (raw - self.mean) / self.std

    def latents(self, normalised: Tensor) -> Tensor:
        """Part latents ``(..., P, latent_dim)`` of normalised features ``(..., 221)``."""
        flat = parts.joint_inputs(normalised).flatten(0, -3)
        return self.spatial(flat).unflatten(0, normalised.shape[:-1])

    def pose_vectors(self, raw: Tensor) -> Tensor:
        """Code vectors ``(..., P, code_dim)``, not yet quantised, of single frames' features ``(..., 221)``."""
        return self.pose_proj(self.latents(self.normalise(features.pose_features(raw))))

    def forward(self, raw: Tensor, pose_frames: Tensor | None = None) -> dict[str, Tensor]:
        """Reconstruct features ``(B, T, 221)``, T a multiple of 4, for training.

        ``pose_frames`` are the frame indices that also pass through the pose branch (all, if omitted).
        Returns ``motion`` ``(B, T, 221)`` and ``pose`` ``(B, F, 221)`` (as ``pose_features``), the codes of
        both, and the summed commitment loss.
        """
        normalised = self.normalise(raw)
        latents = self.latents(normalised)
        vectors = self.temporal(latents, parts.dynamics(normalised))
        quantised, motion_codes, motion_commit = self.motion_quantizer(vectors)
        frames = raw if pose_frames is None else raw[:, pose_frames]
        pose_quantised, pose_codes, pose_commit = self.pose_quantizer(self.pose_vectors(frames))
        return {
            "motion": self.decoder(quantised) * self.std + self.mean,
            "pose": self.decode_pose_vectors(pose_quantised),
            "motion_codes": motion_codes,
            "pose_codes": pose_codes,
            "commitment": motion_commit + pose_commit,
        }

    @torch.no_grad()
    def encode_features(self, raw: Tensor) -> Tensor:
        """Motion codes ``(..., T/4, P)`` of features ``(..., T, 221)``.

        Trailing frames beyond a multiple of 4 are cut.
        """
        frames = raw.shape[-2] // TEMPORAL_STRIDE * TEMPORAL_STRIDE
        if frames == 0:
            raise ValueError(f"a motion needs at least {TEMPORAL_STRIDE} frames, got {raw.shape[-2]}")
        batch = raw[..., :frames, :].reshape(-1, frames, raw.shape[-1])
        codes = self.motion_quantizer(self.motion_vectors(batch))[1]
        return codes.reshape(*raw.shape[:-2], *codes.shape[1:])

    def motion_vectors(self, raw: Tensor) -> Tensor:
        """Vectors ``(B, S, P, code_dim)`` of features ``(B, 4 S, 221)`` before they are quantised."""
        normalised = self.normalise(extended(raw, EDGE * TEMPORAL_STRIDE))
        return self.temporal(self.latents(normalised), parts.dynamics(normalised))[:, EDGE:-EDGE]

    @torch.no_grad()
    def decode_features(self, codes: Tensor) -> Tensor:
        """Features ``(..., 4S, 221)`` of motion codes ``(..., S, P)``.

        The decoder normalises over time, so more than ``MAX_STEPS`` steps are decoded in overlapping windows of that
        length, blended where they overlap.
        """
        batch = extended(codes.reshape(-1, *codes.shape[-2:]).to(self.mean.device), EDGE)
        steps, most = batch.shape[1], MAX_STEPS + 2 * EDGE
        starts = [*range(0, steps - most, most - OVERLAP), max(0, steps - most)]
        length = min(steps, most)
        windows = self.motion_quantizer.lookup(torch.cat([batch[:, start : start + length] for start in starts]))
        decoded = (self.decoder(windows) * self.std + self.mean).unflatten(0, (len(starts), -1))
        raw = decoded[0]
        for start, window in zip(starts[1:], decoded[1:], strict=True):
            raw = _blended(raw, window, start * TEMPORAL_STRIDE)
        raw = raw[:, EDGE * TEMPORAL_STRIDE : -EDGE * TEMPORAL_STRIDE]
        return raw.reshape(*codes.shape[:-2], *raw.shape[1:])

    def encode(self, motion: Motion) -> Tensor:
        """Motion codes ``(T/4, P)`` int64 of a motion at 20 fps."""
        return self.encode_features(features.encode(motion).to(self.mean.device))

    def decode(self, codes: Tensor, text: str | None = None) -> Motion:
        """The motion of codes ``(S, P)``: 4 S frames at 20 fps from the origin, facing +Z."""
        return features.decode(self.decode_features(codes), text=text)

    @torch.no_grad()
    def encode_pose(self, raw: Tensor) -> Tensor:
        """Pose codes ``(..., P)`` of single frames' features ``(..., 221)``; the orientation is ignored."""
        return self.pose_quantizer(self.pose_vectors(raw))[1]

    @torch.no_grad()
    def decode_pose(self, codes: Tensor) -> Tensor:
        """Features ``(..., 221)`` of pose codes ``(..., P)``, as :func:`hmvlm.motion.features.pose_features` gives."""
        return self.decode_pose_vectors(self.pose_quantizer.lookup(codes))

    def decode_pose_vectors(self, vectors: Tensor) -> Tensor:
        """Features ``(..., 221)`` of pose code vectors ``(..., P, code_dim)``, quantised or mixed; differentiable."""
        flat = self.pose_decoder(vectors.reshape(-1, *vectors.shape[-2:])) * self.std + self.mean
        return features.pose_features(flat).reshape(*vectors.shape[:-2], -1)

    def save_pretrained(self, folder: str | os.PathLike) -> None:
        """Write ``tokenizer.safetensors`` (float16) and ``tokenizer.json`` into ``folder``."""
        with atomic_folder(folder) as partial:
            state = {
                name: (value.half() if value.is_floating_point() else value).detach().cpu().contiguous()
                for name, value in self.state_dict().items()
                if not name.endswith((".cluster_size", ".embed_avg"))
            }
            save_file(state, partial / WEIGHTS_FILE)
            (partial / CONFIG).write_text(json.dumps(dataclasses.asdict(self.config), indent=2) + "\n")

    @staticmethod
    def from_pretrained(folder: str | os.PathLike) -> BodyPartTokenizer:
        """Load what :meth:`save_pretrained` wrote, in evaluation mode; FileNotFoundError if it is not there."""
        folder = Path(folder)
        if not (folder / CONFIG).is_file():
            raise FileNotFoundError(f"no tokenizer in {folder}; train one with python -m train.tokenizer.stage1")
        model = BodyPartTokenizer(TokenizerConfig(**json.loads((folder / CONFIG).read_text())))
        state = {
            name: value.float() if value.is_floating_point() else value
            for name, value in load_file(folder / WEIGHTS_FILE).items()
        }
        missing, unexpected = model.load_state_dict(state, strict=False)
        if unexpected or any(not name.endswith((".cluster_size", ".embed_avg")) for name in missing):
            raise ValueError(f"{folder / WEIGHTS_FILE} does not fit its configuration: {missing or unexpected}")
        return model.eval()


def extended(sequence: Tensor, count: int = EDGE) -> Tensor:
    """A sequence ``(B, T, ...)`` with its first and its last element ``count`` times more."""
    first, last = (part.repeat_interleave(count, dim=1) for part in (sequence[:, :1], sequence[:, -1:]))
    return torch.cat([first, sequence, last], dim=1)


def _blended(before: Tensor, after: Tensor, start: int) -> Tensor:
    """Features ``(B, T, F)``, and ``(B, U, F)`` from their frame ``start`` on, faded over the frames they share."""
    shared = before.shape[1] - start
    weight = torch.linspace(0, 1, shared + 2, device=before.device)[1:-1, None]
    mixed = before[:, start:] * (1 - weight) + after[:, :shared] * weight
    return torch.cat([before[:, :start], mixed, after[:, shared:]], dim=1)
