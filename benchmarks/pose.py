"""Time of a clip from the video file to its overlay: frames a second and the share of each stage.

    python -m benchmarks.pose CLIP.mp4

Errors and jitter of poses are measured by ``python -m train.evaluation.run --only pose``, with ``--coco`` and
``--clips`` for real photos and clips.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hmvlm import HMVLM
from hmvlm.render.overlay import overlay_video
from hmvlm.tasks import clip_people
from hmvlm.vision.everyone import PeopleTracker


def measure(model: HMVLM, path: Path, person: int | None = None) -> dict[str, float | dict[str, float]]:
    """Frames a second up to the overlay video of everybody or one person, and each stage's share of the time."""
    spent: dict[str, float] = {}
    model.poses.landmarks()  # loads the nets before the clock starts
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stages:
        stages.enter_context(timed(PeopleTracker, "run", spent, "reading and landmarks"))
        stages.enter_context(timed(model.poses, "poses", spent, "language model"))
        stages.enter_context(timed(clip_people, "assemble", spent, "fit and cameras"))
        people = model.estimate_pose(path, person=person).estimates
        if not people:
            raise ValueError(f"no person was found in {path}; give a clip that shows one")
        drawing = time.monotonic()
        overlay_video(path, people, Path(folder) / "overlay.mp4")
        spent["overlay"] = time.monotonic() - drawing
    whole = time.monotonic() - started
    return {
        "people": len(people),
        "frames": len(people[0]),
        "frames_per_second": len(people[0]) / whole,
        "shares": {stage: round(seconds / whole, 3) for stage, seconds in spent.items()},
    }


@contextmanager
def timed(owner: object, name: str, spent: dict[str, float], stage: str) -> Iterator[None]:
    """Replace ``owner.name`` by a version that adds its seconds to ``spent[stage]``, and restore it at the end.

    Of a function that returns an iterator, only the time in which it produces items counts.
    """
    inner = getattr(owner, name)

    def stopped(step: Callable):
        began = time.monotonic()
        try:
            return step()
        finally:
            spent[stage] = spent.get(stage, 0.0) + time.monotonic() - began

    def items(steps: Iterator) -> Iterator:
        end = object()
        while (item := stopped(lambda: next(steps, end))) is not end:
            yield item

    def call(*args, **options):
        result = stopped(lambda: inner(*args, **options))
        return items(result) if isinstance(result, Iterator) else result

    setattr(owner, name, call)
    try:
        yield
    finally:
        setattr(owner, name, inner)


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("clip", type=Path)
    options.add_argument("--model", default="embedded", help="preset or folder of a model")
    options.add_argument("--person", type=int, help="one of several people; default: all")
    args = options.parse_args()
    print(json.dumps(measure(HMVLM.from_pretrained(args.model), args.clip, args.person)))


if __name__ == "__main__":
    main()
