"""Text-motion retrieval model: similarity of motions and sentences, for reranking.

Two small Transformers embed sentences and motions into one space, trained with a contrastive loss as in CLIP
(arXiv 2103.00020) and TMR (arXiv 2305.00976). A sentence is the token states of the gate's frozen text encoder; a
motion is its joint positions, contacts and root path.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from hmvlm.atomic import atomic_folder
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.motion import features

WEIGHTS_FILE, CONFIG = "retrieval.safetensors", "retrieval.json"
PATH = 6
"""Channels of the root path: position (3), sine and cosine of the heading, heading in units of π."""
INPUT = 4 + 69 + 4 + PATH
"""Channels of a frame: root, joint positions, contacts and path."""


@dataclass(frozen=True)
class RetrievalConfig:
    """Sizes of the retrieval model."""

    text_dim: int
    dim: int = 256
    layers: int = 2
    heads: int = 4
    dropout: float = 0.1
    max_length: int = 64  # positional embeddings: time steps (of four frames) or text tokens

    def __post_init__(self) -> None:
        for name in ("text_dim", "dim", "layers", "heads", "max_length"):
            if getattr(self, name) < 1:
                raise ValueError(f"RetrievalConfig.{name} must be at least 1, got {getattr(self, name)}")
        if self.dim % self.heads:
            raise ValueError(f"dim {self.dim} is not a multiple of heads {self.heads}")


class _Tower(nn.Module):
    """Transformer with attention pooling.

    Inputs ``(N, L, dim)``, mask ``(N, L)`` (True = valid), to unit vectors ``(N, dim)``.
    """

    def __init__(self, config: RetrievalConfig) -> None:
        super().__init__()
        dim = config.dim
        self.position = nn.Parameter(torch.randn(config.max_length, dim) * 0.02)
        layer = nn.TransformerEncoderLayer(
            dim, config.heads, 2 * dim, config.dropout, activation="gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, config.layers, enable_nested_tensor=False)
        self.score = nn.Linear(dim, config.heads)
        self.output_proj = nn.Sequential(nn.LayerNorm(config.heads * dim), nn.Linear(config.heads * dim, dim))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.layers(x + self.position[: x.shape[1]], src_key_padding_mask=~mask)
        share = self.score(x).masked_fill(~mask[..., None], float("-inf")).softmax(1)
        return F.normalize(self.output_proj(torch.einsum("nlh,nld->nhd", share, x).flatten(1)), dim=-1)


class RetrievalModel(nn.Module):
    """Embeds sentences and motions as unit vectors in one space.

    Args:
        config: sizes.
        encoder: the frozen text encoder, neither trained nor saved.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, config: RetrievalConfig, encoder: TextEncoder) -> None:
        super().__init__()
        if encoder.width != config.text_dim:
            raise ValueError(
                f"the retrieval model expects states of {config.text_dim} numbers, this encoder gives {encoder.width}"
            )
        self.config, self.encoder = config, encoder
        dim = config.dim
        self.register_buffer("mean", torch.zeros(INPUT))
        self.register_buffer("std", torch.ones(INPUT))
        self.text_proj = nn.Sequential(nn.LayerNorm(config.text_dim), nn.Linear(config.text_dim, dim))
        self.downsample = nn.ModuleList(nn.Conv1d(size, dim, 4, stride=2, padding=1) for size in (INPUT, dim))
        self.text_tower, self.motion_tower = _Tower(config), _Tower(config)
        self.log_scale = nn.Parameter(torch.tensor(2.5))

    def text_vectors(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors ``(N, dim)`` of sentences."""
        return self.vectors_from_states(*self.encoder.states(texts))

    def vectors_from_states(self, states: Tensor, mask: Tensor) -> Tensor:
        """Unit vectors ``(N, dim)`` of encoder states ``(N, L, text_dim)``; ``mask`` ``(N, L)`` is True for tokens."""
        max_length, device = self.config.max_length, self.mean.device
        return self.text_tower(self.text_proj(states[:, :max_length].to(device)), mask[:, :max_length].to(device))

    @torch.inference_mode()
    def sentence_features(self, states: Tensor, mask: Tensor) -> Tensor:
        """Input of the facts ranker ``(N, dim + text_dim)``: unit vectors and normalised mean states of sentences."""
        return torch.cat(
            [self.vectors_from_states(states, mask), mean_states(states, mask).to(self.mean.device)], dim=-1
        )

    def motion_vectors(self, raw: Tensor, frames: Tensor) -> Tensor:
        """Unit vectors ``(N, dim)`` of features ``(N, T, 221)`` at 20 fps.

        The first ``frames`` ``(N,)`` are valid, at least 4.
        """
        device = self.mean.device
        x, left = (motion_inputs(raw.to(device)) - self.mean) / self.std, frames.to(device)
        for (
            convolution
        ) in self.downsample:  # what lies beyond a motion's end counts as zero, as beyond the max_length's
            x = x * (torch.arange(x.shape[1], device=x.device) < left[:, None])[..., None]
            x, left = F.gelu(convolution(x.transpose(1, 2))).transpose(1, 2), left // 2
        x = x[:, : self.config.max_length]
        return self.motion_tower(x, torch.arange(x.shape[1], device=x.device) < left[:, None].clamp_min(1))

    @torch.inference_mode()
    def similarity(self, text: str, raw: Tensor, frames: Tensor) -> Tensor:
        """Cosine ``(N,)`` similarity of a sentence and N motions, given as for :meth:`motion_vectors`."""
        return self.motion_vectors(raw, frames) @ self.text_vectors([text])[0]

    @torch.inference_mode()
    def text_similarity(self, text: str, others: Sequence[str]) -> Tensor:
        """Cosine ``(N,)`` similarity of a sentence and N others, by the mean states of the frozen text encoder."""
        means = mean_states(*self.encoder.states([text, *others]))
        return (means[1:] @ means[0]).to(self.mean.device)

    def save_pretrained(self, folder: str | os.PathLike) -> None:
        """Write ``retrieval.safetensors`` (float16) and ``retrieval.json``."""
        with atomic_folder(folder) as partial:
            state = {
                k: v.detach().cpu().half().contiguous()
                for k, v in self.state_dict().items()
                if not k.startswith("encoder.")
            }
            save_file(state, partial / WEIGHTS_FILE)
            (partial / CONFIG).write_text(json.dumps(asdict(self.config), indent=2) + "\n", encoding="utf-8")

    @staticmethod
    def from_pretrained(folder: str | os.PathLike, encoder: TextEncoder) -> RetrievalModel:
        """Read what :meth:`save_pretrained` wrote, in evaluation mode; FileNotFoundError if it is not there."""
        folder = Path(folder)
        if not (folder / CONFIG).is_file():
            raise FileNotFoundError(f"no retrieval model in {folder}; train one with python -m train.rankers.retrieval")
        retrieval = RetrievalModel(
            RetrievalConfig(**json.loads((folder / CONFIG).read_text(encoding="utf-8"))), encoder
        )
        state = {name: value.float() for name, value in load_file(folder / WEIGHTS_FILE).items()}
        missing, unexpected = retrieval.load_state_dict(state, strict=False)
        if unexpected or any(not name.startswith("encoder.") for name in missing):
            raise ValueError(f"{folder / WEIGHTS_FILE} does not fit its configuration: {unexpected or missing}")
        return retrieval.eval()


def mean_states(states: Tensor, mask: Tensor) -> Tensor:
    """Mean over the tokens of encoder states ``(N, L, width)`` under a mask ``(N, L)``, as
    unit vectors ``(N, width)``.
    """
    counts = mask[..., None].to(states.dtype)
    return F.normalize((states * counts).sum(1) / counts.sum(1), dim=-1)


def pad_motions(motions: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Features ``(T_i, 221)`` of several motions as a zero-padded batch ``(N, T, 221)``, and their frames ``(N,)``."""
    return pad_sequence(list(motions), batch_first=True), torch.tensor([len(motion) for motion in motions])


def motion_inputs(raw: Tensor) -> Tensor:
    """Motion input ``(..., T, 83)`` from features ``(..., T, 221)``.

    Root, joints, contacts, and the path from the start.
    """
    pelvis, yaw = features.trajectory(raw)
    path = torch.cat([pelvis, yaw.sin()[..., None], yaw.cos()[..., None], yaw[..., None] / torch.pi], dim=-1)
    return torch.cat([raw[..., features.ROOT], raw[..., features.POSITIONS], raw[..., features.CONTACTS], path], dim=-1)
