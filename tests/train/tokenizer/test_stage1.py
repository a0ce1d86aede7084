"""Training of the body-part tokenizer: runs, saves, resumes; shares of the sources."""

import json

import pytest

from train.tokenizer.windows import OTHER_WEIGHT, source_weights


def test_stage_1_logs_every_step_once_over_a_resume(stages):
    rows = [json.loads(line) for line in (stages / "s1" / "log.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows if "joints" in row] == [1, 2, 3, 4]
    assert any("val_mpjpe_mm" in row for row in rows)
    assert json.loads((stages / "tokenizer" / "training.json").read_text())["stage1"]["finished"]


def test_own_recordings_have_a_share_and_shares_can_be_set():
    assert source_weights({"cmu", "mine"}) == {"cmu": 0.4, "mine": OTHER_WEIGHT}
    assert source_weights({"cmu", "mine"}, ["cmu=2"])["cmu"] == 2.0
    for wrong in ("other=1", "cmu=much"):
        with pytest.raises(ValueError, match=wrong):
            source_weights({"cmu"}, [wrong])
