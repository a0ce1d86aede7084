"""Training of the body-part tokenizer runs, saves and resumes."""

import json


def test_stage_1_logs_every_step_once_over_a_resume(stages):
    steps = [json.loads(line)["step"] for line in (stages / "s1" / "log.jsonl").read_text().splitlines()]
    assert steps == [1, 2, 3, 4]
