"""Several processes train what one trains, sharded or not; a lost process ends the run, which any number resumes."""

from pathlib import Path

import pytest
import torch

from benchmarks.many_processes import ended, started
from tests.train.loop.test_run import losses, wait_for, weights
from tests.train.loop.tiny_stage import Settings, train_sometimes
from train.loop.processes import accelerator_for
from train.loop.sharding import sharding_wanted
from train.loop.state import StateFolder

LENGTH = {"steps": 12, "eval_every": 6, "lr": 0.01, "warmup": 0}


def settings(tmp_path, name, **more):
    return Settings(out=str(tmp_path / name), state=str(tmp_path / f"{name}-state"), **LENGTH | more)


def trained(chosen, processes, sharded=False):
    assert ended(started(train_sometimes, chosen, processes, sharded)) == [0] * processes
    return chosen


def same(one, other):
    assert losses(one).keys() == losses(other).keys()
    assert max(abs(losses(one)[step] - losses(other)[step]) for step in losses(one)) < 1e-4
    for name, value in weights(one).items():
        assert torch.allclose(value, weights(other)[name], atol=1e-4), name


@pytest.mark.slow
def test_one_process_ddp_and_fsdp2_train_the_same_and_a_lost_process_is_survived(tmp_path):
    single = settings(tmp_path, "single", accumulate=4)
    train_sometimes(single)
    same(single, trained(settings(tmp_path, "ddp", accumulate=2), 2))
    same(single, trained(settings(tmp_path, "fsdp", accumulate=2), 2, sharded=True))

    slow = settings(tmp_path, "killed", accumulate=2, save_minutes=0.0, pause=0.2)
    made = started(train_sometimes, slow, 2, sharded=True)
    wait_for(StateFolder(Path(slow.state)).exists)
    made[1].kill()
    assert all(ended(made))
    assert not Path(slow.out).exists()
    same(single, trained(settings(tmp_path, "killed", resume=True), 4))


def test_what_the_launcher_cannot_do_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    monkeypatch.setenv("FSDP_VERSION", "1")
    with pytest.raises(ValueError, match="fsdp_version: 2"):
        sharding_wanted()
    monkeypatch.setenv("FSDP_VERSION", "2")
    assert sharding_wanted()
    monkeypatch.setenv("ACCELERATE_USE_DEEPSPEED", "true")
    with pytest.raises(ValueError, match="fsdp2.yaml"):
        sharding_wanted()
    for name in ("ACCELERATE_USE_DEEPSPEED", "ACCELERATE_USE_FSDP"):
        monkeypatch.delenv(name)
    assert not sharding_wanted()
    monkeypatch.setenv("ACCELERATE_USE_CPU", "True")
    monkeypatch.setenv("MASTER_PORT", "29500")  # what accelerate launch --cpu --num_processes 2 sets
    with pytest.raises(ValueError, match="torchrun --nproc-per-node"):
        accelerator_for(settings(tmp_path, "one"), tmp_path)


def test_an_unknown_or_missing_tracker_is_one_sentence(tmp_path):
    for name in ("clearml", "nothing"):
        with pytest.raises(ValueError, match=name):
            accelerator_for(settings(tmp_path, "one", tracker=name), tmp_path)
