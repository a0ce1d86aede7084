"""The table of tokenizers."""

import pytest

from hmvlm.config import TokenizerConfig
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests.tiny import CODES
from train.evaluation.sections import tokenizer


@pytest.mark.slow
def test_tokenizers_are_measured_with_intervals_and_fid(context, assistant):
    assistant.tokenizer.save_pretrained(context.state / "model" / "tokenizer")
    BodyPartTokenizer(TokenizerConfig(parts="whole", codebook_size=CODES)).save_pretrained(context.state / "whole")
    context.__dict__["folder"], context.whole_body_tokenizer = context.state / "model", context.state / "whole"
    table = tokenizer.run(context)[0]
    assert list(table.rows) == ["body parts, K = 8", "… ui_prmd", "… cmu", "whole body, K = 8"]
    for label in ("body parts, K = 8", "whole body, K = 8"):
        (error, _), (aligned, _) = table.rows[label][:2]
        assert error >= aligned > 0 and table.rows[label][-1] >= 0
