"""Exemplars: training motions by what their captions say, found for a prompt to guide its generation.

Retrieval-augmented generation as in ReMoDiffuse (arXiv 2304.01116), on tokens: the codes of a training motion whose
caption is near the prompt get a bonus on their logits (:mod:`hmvlm.language.guide`). A caption's vector is the
retrieval model's sentence vector and the frozen text encoder's mean state, reduced to a few principal components.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.atomic import atomic_file
from hmvlm.body.skeleton import NUM_PARTS

FILE = "exemplars.npz"
SENTENCE_WEIGHT = 0.7
"""Weight of the sentence vector beside the mean state, both unit vectors."""
SCALE, GRAIN = 127, 2
"""Units of a vector's numbers, and how many of them a file tells apart: a caption's similarity changes by 0.005."""
OTHER_WORDS = 0.1
"""How much less similar a caption counts that is near another way to say the sentence."""
FAR_NEARER = 0.06
"""By how much the nearest caption must be nearer than all that fit to be taken although it does not."""
ARRAYS = {
    "codes": (2, "i"), "steps": (1, "i"), "postures": (1, "f"), "texts": (1, "u"), "vectors": (2, "i"),
    "counts": (1, "i"), "owners": (1, "i"), "centre": (1, "f"), "projection": (2, "f"),
}  # fmt: skip
"""Arrays of the file: dimensions and kind."""


@dataclass(frozen=True)
class Exemplar:
    """A training motion: codes ``(S, 5)``, posture at its start as :class:`hmvlm.motion.facts.Posture` measures it,
    the caption that was found with its cosine similarity to the prompt, and all captions of the motion.
    """

    codes: Tensor
    posture: float
    text: str
    similarity: float
    captions: tuple[str, ...] = ()


class Exemplars:
    """Training motions and their captions.

    Args:
        codes: ``(S_i, 5)`` of each motion. postures: of each at its start. texts: captions.
        vectors: int8 unit vectors ``(T, D)`` of the captions, in units of 1/127.
        owners: numbers of the motions of each caption.
        centre, projection: ``(W,)``, ``(W, D)``, from sentence features to vectors.

    Raises:
        ValueError: sizes that do not fit each other.
    """

    def __init__(
        self,
        codes: list[np.ndarray],
        postures: np.ndarray,
        texts: list[str],
        vectors: np.ndarray,
        owners: list[np.ndarray],
        centre: np.ndarray,
        projection: np.ndarray,
    ) -> None:
        sizes = len(codes) == len(postures) and len(texts) == len(vectors) == len(owners)
        if not sizes or vectors.shape[1:] != projection.shape[1:] or centre.shape != projection.shape[:1]:
            raise ValueError("the arrays of the exemplars do not fit each other")
        self.codes, self.postures, self.texts, self.owners = codes, postures, texts, owners
        self.captions: list[list[str]] = [[] for _ in codes]
        for text, numbers in zip(texts, owners, strict=True):
            for number in numbers.tolist():
                self.captions[number].append(text)
        self.vectors = torch.from_numpy(vectors.astype(np.float32)) / SCALE
        self.centre = torch.from_numpy(centre.astype(np.float32))
        self.projection = torch.from_numpy(projection.astype(np.float32))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def largest_code(self) -> int:
        """Largest code of all motions."""
        return max((int(one.max()) for one in self.codes), default=-1)

    def project(self, features: Tensor) -> Tensor:
        """Unit vectors ``(N, D)`` of sentence features ``(N, W)`` (:func:`sentence_features`)."""
        return F.normalize((features.cpu() - self.centre) @ self.projection, dim=-1)

    def nearest(
        self, features: Tensor, most: int, margin: float, least: float, fits: Callable[[str], bool] | None = None
    ) -> list[Exemplar]:
        """Motions whose captions are nearest to a sentence, nearest first.

        Args:
            features: ``(W,)`` of the sentence, or ``(Q, W)`` of it and other ways to say it, which count
                ``OTHER_WORDS`` less similar.
            most: largest number. margin: how much less similar than the first the last may be. least: similarity that
                the first one must have.
            fits: captions that do not fit are passed over, unless one of them is ``FAR_NEARER`` than all that do.
        """
        queries = features.reshape(-1, features.shape[-1])
        weights = torch.full((len(queries),), OTHER_WORDS)
        weights[0] = 0.0
        similarity = (self.vectors @ self.project(queries).T - weights).amax(dim=1)
        order = similarity.argsort(descending=True).tolist()
        if not order or similarity[order[0]] < least:
            return []
        if fits is not None:
            nearer = float(similarity[order[0]]) - FAR_NEARER
            fit = [text for text in order if similarity[text] >= nearer - margin and fits(self.texts[text])]
            if fit and similarity[fit[0]] >= max(least, nearer):
                order = fit
        best = float(similarity[order[0]])
        found: dict[int, Exemplar] = {}
        for text in order:
            if len(found) >= most or similarity[text] < best - margin:
                break
            for owner in self.owners[text].tolist():
                codes = torch.from_numpy(self.codes[owner].astype(np.int64))
                told, near = tuple(self.captions[owner]), float(similarity[text])
                found.setdefault(owner, Exemplar(codes, float(self.postures[owner]), self.texts[text], near, told))
        return list(found.values())[:most]

    def save(self, folder: str | os.PathLike) -> None:
        """Write ``exemplars.npz``, compressed: codes part by part, vectors in units of ``GRAIN``."""
        arrays = {
            "codes": np.asfortranarray(np.concatenate(self.codes).astype(np.int16)),
            "steps": np.array([len(one) for one in self.codes], np.int16),
            "postures": self.postures.astype(np.float16),
            "texts": np.frombuffer("\n".join(self.texts).encode(), np.uint8),
            "vectors": ((self.vectors.numpy() * SCALE / GRAIN).round() * GRAIN).clip(-SCALE, SCALE).astype(np.int8),
            "counts": np.array([len(one) for one in self.owners], np.int16),
            "owners": np.concatenate(self.owners).astype(np.int16),
            "centre": self.centre.numpy().astype(np.float16),
            "projection": self.projection.numpy().astype(np.float16),
        }
        with atomic_file(Path(folder) / FILE) as partial, open(partial, "wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]

    @staticmethod
    def is_in(folder: str | os.PathLike) -> bool:
        """Whether a folder holds exemplars."""
        return (Path(folder) / FILE).is_file()

    @staticmethod
    def from_pretrained(folder: str | os.PathLike) -> Exemplars:
        """Read what :meth:`save` wrote; ValueError where it does not fit together."""
        with np.load(Path(folder) / FILE, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in ARRAYS if name in archive}
        for name, (dimensions, kind) in ARRAYS.items():
            if name not in arrays or arrays[name].ndim != dimensions or arrays[name].dtype.kind != kind:
                raise ValueError(f"{Path(folder) / FILE} has no fit array {name!r}")
        steps, motions = arrays["steps"], arrays["owners"]
        sums = steps.sum(dtype=int) == len(arrays["codes"]) and arrays["counts"].sum(dtype=int) == len(motions)
        if not sums or steps.min(initial=1) < 1 or motions.min(initial=0) < 0 or motions.max(initial=0) >= len(steps):
            raise ValueError(f"the arrays of {Path(folder) / FILE} do not fit each other")
        codes, owners = (
            np.split(arrays[n], np.cumsum(arrays[m])[:-1]) for n, m in (("codes", "steps"), ("owners", "counts"))
        )
        if arrays["codes"].shape[1] != NUM_PARTS:
            raise ValueError(f"{Path(folder) / FILE} holds codes that are no motions")
        texts = arrays["texts"].tobytes().decode().split("\n")
        return Exemplars(
            codes, arrays["postures"], texts, arrays["vectors"], owners, arrays["centre"], arrays["projection"]
        )


def sentence_features(vectors: Tensor, means: Tensor) -> Tensor:
    """Sentence features ``(..., W)`` from retrieval vectors and mean states, both unit vectors."""
    return torch.cat([SENTENCE_WEIGHT * vectors, means.to(vectors)], dim=-1)
