"""``runs/embedded.sh``: the whole pipeline on a tiny sample, killed once, ends in a checkpoint that loads."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hmvlm import HMVLM

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
@pytest.mark.gl
def test_the_smoke_run_survives_a_kill_and_its_checkpoint_answers(tmp_path):
    out, environment = tmp_path / "out", os.environ | {"PYTHON": sys.executable}
    command = [str(ROOT / "runs" / "embedded.sh"), "--smoke", "--out", str(out)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        manifest = out / "state" / "tokenizer" / "manifest.json"
        while process.poll() is None and not manifest.exists():
            time.sleep(0.5)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        done = subprocess.run(command, env=environment, stdout=log, stderr=log)
    assert done.returncode == 0, (tmp_path / "log").read_text()[-2000:]
    rows = [json.loads(line) for line in (out / "state" / "tokenizer" / "log.jsonl").read_text().splitlines()]
    steps = [row["step"] for row in rows if "joints" in row]
    assert steps == sorted(set(steps)) and steps[-1] == 60
    assert (out / "report" / "results.md").is_file()
    reply = HMVLM.from_pretrained(out / "checkpoint").chat("a person walks", task="text_to_motion", seconds=1, seed=0)
    assert len(reply.motion) == 20


def embedded(*arguments, cwd):
    environment = os.environ | {"PYTHON": "true"}  # every stage succeeds and does nothing
    command = ["bash", str(ROOT / "runs" / "embedded.sh"), *arguments]
    return subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True)


def test_folders_are_relative_to_the_caller_and_other_data_is_refused(tmp_path):
    for folder in ("one", "two", "out/heads", "out/rankers"):
        (tmp_path / folder).mkdir(parents=True)
    assert embedded("--data", "one", "--out", "out", cwd=tmp_path).returncode == 0
    assert (tmp_path / "out" / "done" / "evaluation").is_file()
    assert embedded("--data", "one", "--out", "out", cwd=tmp_path).returncode == 0
    for other in (("--data", "two"), ("--data", "one", "--smoke")):
        refused = embedded(*other, "--out", "out", cwd=tmp_path)
        assert refused.returncode == 2 and "recordings was done with" in refused.stderr


@pytest.mark.parametrize("wrong", [["--data"], ["--data", "nowhere"], ["--out", ""], ["--fast"]])
def test_wrong_arguments_are_one_sentence(tmp_path, wrong):
    refused = embedded(*wrong, cwd=tmp_path)
    assert refused.returncode == 2 and len(refused.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())
