"""Training of the retrieval model: runs, resumes exactly, keeps the best weights, writes a record."""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from hmvlm.language.text_encoder import TextEncoder
from tests.tiny import tiny_encoder
from train.loop.state import StateFolder
from train.rankers import retrieval
from train.rankers.corpus import Corpus, equal_texts


@pytest.fixture
def settings(stages, tmp_path, monkeypatch):
    monkeypatch.setattr(TextEncoder, "load", staticmethod(lambda name: tiny_encoder()))
    return retrieval.RetrievalSettings(
        segments=str(stages / "segments.npz"), tokenizer=str(stages / "tokenizer"), out=str(tmp_path / "out"),
        state=str(tmp_path / "state"), batch=4, steps=4, eval_every=2, log_every=1,
    )  # fmt: skip


@pytest.mark.slow
def test_the_retrieval_model_trains_and_resumes_exactly(settings, tmp_path):
    retrieval.train(settings)
    parts = replace(settings, out=str(tmp_path / "parts"), state=str(tmp_path / "other"), max_minutes=0.0)
    retrieval.train(parts)
    retrieval.train(replace(parts, resume=True, max_minutes=None))
    rows = [[row for row in StateFolder(Path(one.state)).rows() if "contrastive" in row] for one in (settings, parts)]
    assert [row["contrastive"] for row in rows[0]] == [row["contrastive"] for row in rows[1]] and len(rows[0]) == 4
    whole, again = (load_file(f"{one.out}/retrieval.safetensors") for one in (settings, parts))
    assert all(torch.equal(whole[name], again[name]) for name in whole)
    record = json.loads((tmp_path / "out" / "training.json").read_text())["retrieval"]
    assert record["finished"] and 0 <= record["validation"]["top1"] <= 1


def test_segments_are_drawn_with_their_mirror_images():
    corpus = Corpus(
        [torch.zeros(4, 221)] * 4,
        [["a left", "b"], ["a right", "b"], ["c"], ["d"]],
        np.arange(4).reshape(2, 2),
        [1.0, 2.0],
    )
    rows, _ = corpus.draw(8, random.Random(0))
    assert all(rows[i + 1] == rows[i] + 1 and rows[i] % 2 == 0 for i in range(0, 16, 2))
    assert equal_texts(["a", "b", "a"]).tolist() == [[True, False, True], [False, True, False], [True, False, True]]
