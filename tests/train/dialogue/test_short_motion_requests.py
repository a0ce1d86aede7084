"""Short motion requests."""

import random
import re

from train.dialogue import short_motion_requests, short_questions


def test_short_requests_are_varied_and_apart_from_short_questions():
    made = short_motion_requests.short_motion_requests(3000, random.Random(9))
    assert made == short_motion_requests.short_motion_requests(3000, random.Random(9)) and len(set(made)) == 3000
    assert not set(made) & set(short_questions.short_questions(6000, random.Random(10)))
    assert not [text for text in made if re.search(r"[{}]|/", text)]
