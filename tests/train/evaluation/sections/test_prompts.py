"""The table of checked prompts."""

import pytest

from train.evaluation.sections import prompts


def test_prompts_are_checked_as_far_as_time_goes(bench, monkeypatch):
    first = prompts.load_prompts()[:3]
    monkeypatch.setattr(prompts, "load_prompts", lambda: first)
    table = prompts.run(bench)[0]
    assert table.samples == 3 and 0 <= table.rows["HMVLM"][0][0] <= 100
    bench.budget.minutes["prompts"] = 0.0
    with pytest.raises(ValueError, match="more minutes"):
        prompts.run(bench)
