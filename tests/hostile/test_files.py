"""Hostile files: each is read, or refused with one sentence that names it. Nearly all in this process."""

import warnings

import pytest

from benchmarks.robustness.corpus import KINDS, Case, judged
from benchmarks.robustness.corpus.photos import LARGE_DECODERS
from benchmarks.robustness.corpus.photos import cases as photo_cases
from benchmarks.robustness.fuzz import mutations
from benchmarks.robustness.readers import PRODUCT, READERS

LEAST = {"photos": 50, "clips": 70, "npz": 80, "npy": 35, "bvh": 70, "glb": 20, "pickles": 100}
"""Files of each kind, at least."""
NAMES = (
    "a b.{0}", "ä-日本.{0}", "100%s.{0}", "{{0}}.{0}", "'quoted\".{0}", "-rf.{0}", "x" * 240 + ".{0}", ".{0}.{0}",
    "a\u202eb.{0}",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning", "ignore:.*:UserWarning")
def test_every_file_gets_its_class_of_answer(tmp_path, kind):
    cases = list(KINDS[kind](0))
    assert len(cases) >= LEAST[kind] and len({case.name for case in cases}) == len(cases)
    problems = [problem for case in cases if (problem := judged(case, tmp_path, READERS[kind]))]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning", "ignore:.*:UserWarning")
def test_altered_files(tmp_path, kind):
    """A few of the files that ``benchmarks.robustness.fuzz`` makes by the thousand."""
    altered = mutations(kind, 1)
    problems = [problem for _ in range(40) if (problem := judged(next(altered), tmp_path, READERS[kind]))]
    assert not problems, "\n".join(problems)


@pytest.mark.slow
def test_files_that_are_read_in_another_process(tmp_path):
    """One of each kind of clip and photo, whole and cut."""
    clips = [case for case in KINDS["clips"](0) if case.name.startswith(("good", "moving", "side16", "dash", "times"))]
    photos = [case for case in photo_cases(0, LARGE_DECODERS) if case.name.startswith("good") or "cut0" in case.name]
    problems = [problem for case in clips if (problem := judged(case, tmp_path, PRODUCT["clips"]))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        problems += [problem for case in photos if (problem := judged(case, tmp_path, PRODUCT["photos"]))]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("kind", "suffix"), [("photos", "jpg"), ("clips", "mp4"), ("npz", "npz"), ("bvh", "bvh")])
def test_names(tmp_path, kind, suffix):
    for name in NAMES:
        case = Case(name.format(suffix), b"no such file\n" * 20, "refused")
        assert judged(case, tmp_path, READERS[kind]) is None


def test_the_same_seed_gives_the_same_files():
    first, again = (list(KINDS["npz"](3)) for _ in range(2))
    assert [case.name for case in first] == [case.name for case in again]
    assert next(mutations("bvh", 5)) == next(mutations("bvh", 5)) != next(mutations("bvh", 6))
