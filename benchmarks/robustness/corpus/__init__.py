"""Hostile inputs, made from a seed: files of every kind that the readers take, messages, names and arguments.

Each has the class of its answer: ``read``, ``refused`` (with one sentence that names the file), or ``either`` for bytes
altered at random places. :data:`KINDS` lists the makers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.robustness.corpus import clips, gltf, motions, photos, pickles
from benchmarks.robustness.corpus.case import EITHER, READ, REFUSED, Case, altered, content, judged, sentence_problem

__all__ = ["EITHER", "KINDS", "READ", "REFUSED", "Case", "altered", "content", "files", "judged", "sentence_problem"]

KINDS: dict[str, Callable[[int], Iterator[Case]]] = {
    "photos": photos.cases,
    "clips": clips.cases,
    "npz": motions.npz_cases,
    "npy": motions.npy_cases,
    "bvh": motions.bvh_cases,
    "glb": gltf.cases,
    "pickles": pickles.cases,
}


def files(seed: int = 0) -> Iterator[tuple[str, Case]]:
    """Every file with its kind, those of large decoders of photos too."""
    for kind, make in KINDS.items():
        yield from ((kind, case) for case in make(seed))
    yield from (("photos", case) for case in photos.cases(seed, photos.LARGE_DECODERS))
