"""Messages that resemble motion requests but are not."""

import random
import re

import pytest

from train.dialogue import prompt_templates
from train.dialogue.hard_negatives import HAND_WRITTEN, hard_negatives


def test_hard_negatives_are_many_and_different():
    made = hard_negatives(2000, random.Random(4))
    assert len(set(made)) == 2000
    assert set(HAND_WRITTEN) <= set(made)
    assert len(set(HAND_WRITTEN)) >= 150
    assert not [text for text in made if re.search(r"[{}]", text)]
    assert made == hard_negatives(2000, random.Random(4))


def test_hard_negatives_never_look_like_a_request_for_motion():
    wordings = [w.lower() for form in prompt_templates.MOTION_REQUESTS.values() for w in form if len(w.split()) > 4]
    for text in hard_negatives(1500, random.Random(5)):
        for wording in wordings:
            start, _, end = wording.partition("{c}")
            assert not (text.lower().startswith(start) and text.lower().endswith(end)), (text, wording)


class Stuck(random.Random):
    """A generator that always chooses a hand-written one."""

    def random(self):
        return 0.0


def test_more_hard_negatives_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="hard negatives"):
        hard_negatives(len(HAND_WRITTEN) + 1, Stuck(0))
