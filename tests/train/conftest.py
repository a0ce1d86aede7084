"""What the tests of several training stages share: synthetic recordings on their way through the stages."""

import json
from dataclasses import replace

import pytest

from tests import motions
from train.recordings.store import Recording, load_motions, save_motions
from train.segments.prepare import prepare
from train.tokenizer import stage1


@pytest.fixture(scope="session")
def stages(tmp_path_factory):
    """A data file, a tokenizer trained for a few steps, and encoded segments."""
    root = tmp_path_factory.mktemp("stages")
    info = {"content": "walk", "style": "normal"}
    clips = [
        Recording(
            f"walk_{index}", "bandai_namco", split, "walk normal", motions.walk(3, speed=0.8 + 0.2 * index), info, {}
        )
        for index, split in enumerate(("train", "train", "val"))
    ]
    save_motions(root / "motions.npz", clips)
    settings = stage1.Stage1Settings(
        out=str(root / "tokenizer"), state=str(root / "s1"), data=str(root / "motions.npz"), batch=4, window=32,
        codes=16,
        log_every=1, steps=4, max_minutes=0.0,
    )  # fmt: skip
    stage1.train(settings)
    stage1.train(replace(settings, resume=True, max_minutes=None))
    prepare(
        load_motions(root / "motions.npz"), str(root / "tokenizer"), str(root / "segments.npz"), captions=3, questions=4
    )
    talk = "\n".join(json.dumps({"instruction": f"What is {n}?"}) for n in range(400))
    for name in ("dolly_complete.jsonl", "dolly_prompts_only.jsonl"):
        (root / name).write_text(talk)
    return root
