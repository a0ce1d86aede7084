"""Replicas on Ray Serve: answers, 503, and a replica that is killed. Needs the extra ``serve``."""

import inspect
import threading

import psutil
import pytest

from benchmarks.tiny_bases import write_checkpoint
from hmvlm.turns import Busy

ray = pytest.importorskip("ray", reason='pip install -e ".[serve]": Ray is not installed')

from benchmarks.ray_cluster import cluster, deployed, replicas  # noqa: E402
from hmvlm.serving.replicas import HUGE_PAGES, Options, application  # noqa: E402

pytestmark = pytest.mark.slow
WAVE = {"task": "text_to_motion", "seed": 0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return str(write_checkpoint("gemma-2-2b", tmp_path_factory.mktemp("replicas") / "checkpoint"))


@pytest.fixture(scope="module", autouse=True)
def _ray():
    with cluster(2):
        yield


def ask(model, count, seconds, at=None):
    """Lengths of the motions of so many requests at once, and the errors; ``at`` is called when all have begun."""
    lengths, errors = [], []

    def one():
        try:
            *_, last = model.stream("a person waves", seconds=seconds, **WAVE)
            lengths.append(len(last.reply.motion))
        except RuntimeError as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    if at is not None:
        at()
    for thread in threads:
        thread.join()
    return lengths, errors


def test_words_of_the_command_line_become_options():
    assert inspect.signature(application).parameters["options"].annotation is Options
    assert Options.model_validate({"least": "2", "gpus": "0.5"}) == Options(least=2, gpus=0.5)
    with pytest.raises(ValueError, match="replica"):
        Options.model_validate({"replica": "2"})


def test_a_killed_replica_loses_no_answer_and_is_replaced(folder):
    model = deployed(Options(preset=folder, least=2, most=2))
    before = replicas()
    assert len(before) == 2
    assert {one.nice() for one in before} == {psutil.Process().nice()}  # Ray's own is 15 below
    assert all(one.environ().items() >= HUGE_PAGES.items() for one in before)

    def kill():
        events = model.stream("a person waves", seconds=10, **WAVE)
        next(events)  # answers are under way
        before[0].kill()
        list(events)

    lengths, errors = ask(model, 8, 10, kill)
    assert lengths == [200] * 8 and not errors


def test_more_than_may_wait_are_told_that_the_model_is_busy(folder):
    model = deployed(Options(preset=folder, together=1, waiting=1))
    lengths, errors = ask(model, 8, 10)
    assert errors and all(isinstance(error, Busy) for error in errors) and lengths == [200] * (8 - len(errors))
