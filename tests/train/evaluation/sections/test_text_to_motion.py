"""The table of text-to-motion metrics."""

import pytest

from train.evaluation.sections import text_to_motion


@pytest.mark.slow
def test_the_rows_of_text_to_motion(context):
    table = text_to_motion.run(context)[0]
    assert list(table.rows) == [
        "real motion",
        "tokenizer reconstruction",
        "random training clip",
        "nearest caption's clip",
        "HMVLM",
    ]
    column = {name: index for index, name in enumerate(table.columns)}
    assert table.samples == 34 and table.rows["real motion"][column["FID"]][0] == pytest.approx(0, abs=1e-6)
    assert table.rows["HMVLM"][column["MModality"]][0] >= 0 and table.rows["real motion"][column["MModality"]] is None
    assert 0 <= table.rows["HMVLM"][column["R@1"]][0] <= table.rows["HMVLM"][column["R@3"]][0] <= 1
