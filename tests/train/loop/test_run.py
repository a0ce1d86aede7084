"""The training loop: exact resume, kills, damaged states, what it refuses to destroy, gradients that are not finite."""

import multiprocessing
import random
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.train.loop.tiny_stage import Numbers, Perceptron, Settings, main
from train.loop.record import finished, read_record
from train.loop.run import TrainingLoop
from train.loop.state import StateError, StateFolder

ABOUT = {"inputs": {}, "batches_per_step": 1}


def trained(tmp_path, name="out", inputs=(), **more):
    settings = Settings(**({"out": str(tmp_path / name), "state": str(tmp_path / f"{name}-state")} | more))
    TrainingLoop("tiny", Perceptron(settings), Numbers(settings.seed), settings, inputs).run()
    return settings


def weights(settings):
    return load_file(Path(settings.out) / "weights.safetensors")


def losses(settings):
    return {row["step"]: row["fit"] for row in StateFolder(Path(settings.state)).rows() if "fit" in row}


def same(one, other):
    assert losses(one) == losses(other)
    for name, value in weights(one).items():
        assert torch.equal(value, weights(other)[name]), name


def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path):
    whole = trained(tmp_path, "whole", accumulate=2)
    trained(tmp_path, "parts", accumulate=2, max_minutes=0.0)
    for _ in range(3):  # each call gets a moment, wherever that ends
        settings = trained(tmp_path, "parts", accumulate=2, resume=True, max_minutes=0.0005)
    assert losses(settings).keys() != losses(whole).keys()
    settings = trained(tmp_path, "parts", accumulate=2, resume=True, workers=1)
    same(whole, settings)
    assert finished(settings, "tiny")
    record = read_record(settings.out)["tiny"]
    assert record["finished"] and record["settings"]["dropout"] == 0.3 and record["settings"].keys() >= {"lr", "seed"}
    assert "max_minutes" not in record["settings"] and record["commit"] and record["validation"]["error"] > 0


@pytest.mark.slow
def test_a_call_that_ends_early_does_not_choose_other_weights(tmp_path):
    """With a high learning rate validation goes up and down, so each further validation could be the best."""
    unsteady = {"lr": 0.3, "ema": 0.0, "warmup": 0, "steps": 50, "eval_every": 20}
    whole = trained(tmp_path, "whole", **unsteady)
    trained(tmp_path, "parts", max_minutes=0.0, **unsteady)
    for _ in range(8):
        parts = trained(tmp_path, "parts", resume=True, max_minutes=0.0004, **unsteady)
    same(whole, trained(tmp_path, "parts", resume=True, **unsteady))
    assert parts.out == str(tmp_path / "parts")


def test_other_input_files_are_refused(tmp_path):
    data = tmp_path / "data.npz"
    data.write_bytes(b"first")
    trained(tmp_path, inputs=[data], max_minutes=0.0)
    data.write_bytes(b"second")
    with pytest.raises(StateError, match="data.npz"):
        trained(tmp_path, inputs=[data], resume=True)
    data.write_bytes(b"first")
    settings = trained(tmp_path, inputs=[data], resume=True)
    assert finished(replace(settings, resume=True), "tiny")
    data.write_bytes(b"second")
    assert not finished(replace(settings, resume=True), "tiny")


def test_another_number_of_batches_a_step_is_refused(tmp_path):
    trained(tmp_path, max_minutes=0.0)
    with pytest.raises(StateError, match="batches_per_step = 1, not 2"):
        trained(tmp_path, resume=True, accumulate=2)


def test_a_name_with_a_dot_is_a_folder_and_a_file_is_refused(tmp_path):
    settings = trained(tmp_path, "v1.0")
    assert (Path(settings.out) / "training.json").is_file()
    with pytest.raises(ValueError, match="folder"):
        trained(tmp_path, "x.safetensors")


@pytest.mark.parametrize(
    "wrong",
    [
        {"clip_norm": 0.0},
        {"warmup": -5},
        {"lr_floor": 2.0},
        {"minutes": -1.0},
        {"seed": -1},
        {"device": "gpu"},
        {"lr": -0.1},
    ],
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(out="x", **wrong)


def test_large_seeds_work(tmp_path):
    assert losses(trained(tmp_path, seed=20240101, steps=3))[3] > 0


def test_the_loss_falls_and_the_best_average_is_written(tmp_path):
    settings = trained(tmp_path, steps=200, lr=0.01, dropout=0.0)
    found = losses(settings)
    assert found[200] < 0.5 * found[1]
    errors = [row["val_error"] for row in StateFolder(Path(settings.state)).rows() if "val_error" in row]
    model = Perceptron(settings)
    model.net.load_state_dict(weights(settings))
    torch.manual_seed(settings.seed)
    with torch.no_grad():
        assert model.eval().validate()["error"] == pytest.approx(min(errors), rel=1e-5)


@pytest.mark.parametrize("change", [{"lr": 0.5}, {"steps": 99}, {"seed": 3}])
def test_a_state_of_other_settings_is_refused(tmp_path, change):
    trained(tmp_path)
    with pytest.raises(StateError, match=next(iter(change))):
        trained(tmp_path, resume=True, **change)


def test_a_state_is_never_taken_up_or_replaced_unasked(tmp_path):
    first = trained(tmp_path)
    with pytest.raises(StateError, match="--resume"):
        trained(tmp_path)
    with pytest.raises(StateError, match="exists"):
        trained(tmp_path, state=str(tmp_path / "another"))
    before = weights(first)
    again = trained(tmp_path, overwrite=True, seed=1)
    assert not torch.equal(before["0.weight"], weights(again)["0.weight"])


@pytest.mark.parametrize("damage", ["flip", "empty", "gone", "manifest"])
def test_a_damaged_state_is_one_sentence(tmp_path, damage):
    settings = trained(tmp_path, max_minutes=0.0005)
    folder = StateFolder(Path(settings.state))
    file = folder.folder / folder.manifest()["file"]
    if damage == "flip":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "gone":
        file.unlink()
    else:
        (folder.folder / "manifest.json").write_text("{")
    with pytest.raises(StateError, match="damaged|cannot be read"):
        trained(tmp_path, resume=True)


def test_a_run_that_died_before_its_first_state_leaves_nothing_in_the_log(tmp_path):
    StateFolder(tmp_path / "out-state").append({"step": 1, "fit": -1.0})
    assert losses(trained(tmp_path, resume=True))[1] > 0
    assert len([row for row in StateFolder(tmp_path / "out-state").rows() if row["step"] == 1]) == 1


def test_a_validation_that_the_state_does_not_know_is_logged_once(tmp_path):
    state = StateFolder(tmp_path)
    for row in (
        {"step": 4, "val_loss": 3.0},
        {"step": 6, "loss": 2.0},
        {"step": 6, "val_loss": 1.0},
        {"step": 7, "loss": 1.0},
    ):
        state.append(row)
    state.cut_log(6, validated=4)
    assert state.rows() == [{"step": 4, "val_loss": 3.0}, {"step": 6, "loss": 2.0}]


def test_single_bad_gradients_are_skipped_and_many_end_the_run(tmp_path):
    with pytest.raises(FloatingPointError, match="not finite"):
        trained(tmp_path, bad_from=30, save_minutes=0.0)
    assert not (tmp_path / "out").exists()
    state = torch.load(next((tmp_path / "out-state").glob("state-*.pt")), weights_only=True)
    assert all(value.isfinite().all() for value in state["trained"].values())


def started(argv):
    """A process that trains the tiny stage; forked from a server that has imported all of it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.train.loop.tiny_stage"])
    process = context.Process(target=main, args=(argv,))
    process.start()
    return process


def wait_for(condition, seconds=120.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def test_two_runs_do_not_share_a_state(tmp_path):
    argv = ["--out", str(tmp_path / "a"), "--state", str(tmp_path / "s"), "--save-minutes", "0", "--pause", "0.5"]
    process = started(argv)
    try:
        wait_for((tmp_path / "s" / "manifest.json").exists)
        settings = Settings(out=str(tmp_path / "a"), state=str(tmp_path / "s"), resume=True)
        with pytest.raises(StateError, match="another process"):
            TrainingLoop("tiny", Perceptron(settings), Numbers(0), settings).run()
    finally:
        process.kill()
        process.join()


@pytest.mark.slow
def test_twenty_kills_leave_a_readable_state_and_an_equal_result(tmp_path):
    """Kill -9 at random moments, in the middle of saves too, SIGTERM once; then the rest of the run."""
    argv = [
        "--out",
        str(tmp_path / "out"),
        "--state",
        str(tmp_path / "out-state"),
        "--steps",
        "400",
        "--eval-every",
        "100",
    ]
    argv += ["--save-minutes", "0", "--pause", "0.002", "--resume"]
    rng, folder = random.Random(0), StateFolder(tmp_path / "out-state")
    settings = Settings(out=str(tmp_path / "out"), state=str(tmp_path / "out-state"), steps=400, eval_every=100)
    ends = []
    for turn in range(20):
        process, before = started(argv), len(folder.rows())
        wait_for(lambda process=process, before=before: len(folder.rows()) > before or not process.is_alive())
        time.sleep(rng.uniform(0.0, 0.05))
        (process.terminate if turn == 10 else process.kill)()
        process.join()
        ends.append(process.exitcode)
        if folder.exists():
            folder.load(ABOUT | {"settings": settings.defining()})  # StateError if it were broken
    assert -signal.SIGKILL in ends and not set(ends) - {-signal.SIGKILL, 128 + signal.SIGTERM, 0}
    process = started(argv)
    process.join()
    assert process.exitcode == 0
    same(trained(tmp_path, "whole", steps=400, eval_every=100), settings)
    assert finished(replace(settings, resume=True), "tiny")
