"""Hostile messages, numbers and command lines: an answer, or one sentence."""

import math

import numpy as np
import pytest

from benchmarks.robustness.corpus.words import COMMANDS, MESSAGES
from hmvlm import cli
from hmvlm.cli.files import UserError
from hmvlm.language.prompting import seconds_in
from hmvlm.language.sampling import Sampling, sample
from hmvlm.tasks.plan import plan
from hmvlm.tasks.request import Request

BAD_REQUESTS = [
    {"text": ""}, {"text": " \n\t"}, {"text": None}, {"text": 7}, {"text": "x" * 8001}, {"text": ["walk"]},
    *({name: value} for name in ("seconds", "temperature", "top_p", "seed", "variations", "max_new_tokens", "person")
      for value in ("abc", math.nan, math.inf, -1, [], {}, True, "9" * 400)),
    {"seconds": 0}, {"variations": 0}, {"variations": 9}, {"variations": 1.5}, {"seed": 1.5}, {"seed": 2**62},
    {"temperature": 5.1}, {"top_p": 0}, {"top_p": 1.1}, {"variations": None}, {"max_new_tokens": None},
    {"task": "dance"}, {"task": "pose_estimation"}, {"task": "video_understanding"}, {"landmarks": "huge"},
    {"history": "hello"}, {"history": [1]}, {"history": [{}]}, {"history": [{"role": "system", "content": "a"}]},
    {"history": [{"role": "user", "content": 7}]}, {"history": [{"role": "user"}]},
]  # fmt: skip


def one_sentence(text: str) -> bool:
    return bool(text) and "\n" not in text and len(text) < 600 and "Traceback" not in text


@pytest.mark.parametrize("options", BAD_REQUESTS, ids=range(len(BAD_REQUESTS)))
def test_requests_are_refused(options):
    with pytest.raises(ValueError) as error:
        Request(**{"text": "walk", **options})
    assert one_sentence(str(error.value))


@pytest.mark.parametrize("message", MESSAGES, ids=range(len(MESSAGES)))
def test_messages_are_understood_somehow(message):
    """Whatever is said, there is a plan of a bounded number of clauses of bounded length, or a sentence."""
    try:
        request = Request(message[:8000])
    except ValueError as error:
        assert one_sentence(str(error))
        return
    made = plan(request.text, None)
    lengths = [clause.seconds for clause in made.clauses if clause.seconds is not None]
    assert 1 <= len(made.clauses) <= 60 and sum(lengths) <= 90
    found = seconds_in(request.text)
    assert found is None or found >= 0


@pytest.mark.parametrize("temperature", [0.0, 1e-300, 5e-324, 1e-30, 1e-3, 5.0])
def test_temperatures_down_to_nothing_draw_a_token(temperature):
    import torch

    generator = torch.Generator().manual_seed(0)
    logits = torch.tensor([[0.0, 9.0, -np.inf, 3.0]])
    assert int(sample(logits, Sampling(temperature=temperature), [generator])) in (0, 1, 3)


@pytest.mark.parametrize("arguments", COMMANDS, ids=range(len(COMMANDS)))
def test_command_lines(monkeypatch, capsys, tmp_path, arguments):
    """A sentence and status 2, before the model is loaded or instead of it."""

    def load(preset: str):
        raise UserError("the arguments passed")

    monkeypatch.setattr(cli, "_load", load)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.npz").write_bytes(b"no motion")
    status, told = cli.main(arguments), capsys.readouterr().err
    assert status == 2, told[:300]
    assert told.startswith("hmvlm: ") and one_sentence(told.rstrip("\n")), told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz"]
