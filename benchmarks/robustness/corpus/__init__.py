"""Hostile inputs, made from a seed: files of every kind that the readers take, messages, names and arguments.

Each has the class of its answer: ``read``, ``refused`` (with one sentence that names the file), or ``either`` for bytes
altered at random places. :data:`KINDS` lists the makers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.robustness.corpus import clips, gltf, motions, photos, pickles
from benchmarks.robustness.corpus.case import EITHER, READ, REFUSED, Case, altered, content, judged

__all__ = ["EITHER", "KINDS", "READ", "REFUSED", "Case", "altered", "content", "judged"]

KINDS: dict[str, Callable[[int], Iterator[Case]]] = {
    "photos": photos.cases,
    "clips": clips.cases,
    "npz": motions.npz_cases,
    "npy": motions.npy_cases,
    "bvh": motions.bvh_cases,
    "glb": gltf.cases,
    "pickles": pickles.cases,
}
