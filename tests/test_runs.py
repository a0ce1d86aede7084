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
