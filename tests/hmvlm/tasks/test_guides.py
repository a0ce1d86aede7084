"""Which exemplar guides which candidate."""

import numpy as np
import pytest
import torch

from hmvlm.config import TokenizerConfig
from hmvlm.motion import features
from hmvlm.motion.facts.signals import SIDES
from hmvlm.rankers.exemplars import Exemplar
from hmvlm.tasks.guides import KEPT, Guiding, SoFar
from hmvlm.tasks.plan import Clause
from hmvlm.tasks.request import Request
from hmvlm.tasks.sections import Section, clause_sections
from hmvlm.tasks.text_to_motion import MotionGenerator
from hmvlm.tokenizer.model import BodyPartTokenizer
from tests import motions
from tests.tiny import CODES, tiny_model

ALPHA = torch.tensor([0.4, 0.15, 0.15, 0.15, 0.15])


class Store:
    """A reranker that knows some exemplars and scores all motions alike."""

    exemplars = None

    def __init__(self, found: list[Exemplar]) -> None:
        self.found = found

    def nearest(self, texts, most: int, margin: float, least: float, fits=None) -> list[Exemplar]:
        return self.found[:most]

    def scores(self, text, raw, measured):
        return torch.zeros(len(raw))


def exemplar(number: int, steps: int = 4, posture: float = 1.0) -> Exemplar:
    return Exemplar(torch.full((steps, 5), number), posture, str(number), 0.9)


def section(text: str, seconds: float | None = None) -> Section:
    clause = Clause.read(text)
    return clause_sections(Clause(**{**clause.__dict__, "seconds": seconds}), 0, 1, 0)[0]


def at_rest(codes):
    """Features of standing still for as long as the codes last."""
    still = torch.as_tensor(features.encode(motions.still()))
    return [still[:1].repeat(4 * len(one), 1) for one in codes]


def guides(found, section, postures, frames=None):
    """Guides of variations that go on from code 0 in these postures; None is a variation at its start."""
    so_far = [SoFar(torch.zeros(0 if posture is None else 3, 5, dtype=torch.long), posture) for posture in postures]
    return Guiding(Store(found), frames, lambda codes: codes[..., None].float())(section, so_far)


def told(*args, **options) -> list[str]:
    """Captions of the guides of the one variation."""
    return [one.text for one in guides(*args, **options)[0]]


def test_each_variation_has_the_nearest_exemplars_and_none_twice():
    found = [exemplar(number) for number in range(KEPT + 3)]
    for column in guides(found, section("smile"), [None, None]):
        assert [int(one.text) for one in column] == list(range(KEPT))
    assert told([exemplar(2), exemplar(1), exemplar(2)], section("smile"), [None]) == ["2", "1"]
    assert guides([], section("smile"), [None, None]) == [[], []]


def test_an_exemplar_goes_on_from_the_posture_before_it_and_is_long_enough():
    found = [exemplar(0, 4, 0.2), exemplar(1, 4, 0.95), exemplar(2, 9, 1.0)]
    assert told(found, section("smile"), [0.3], frames=at_rest) == ["0"]
    assert told(found, section("smile"), [0.6], frames=at_rest) == ["0", "1"]  # start most alike
    assert told(found, section("smile", 2.0), [None]) == ["2"]


def test_of_a_gait_those_as_long_as_stated_are_taken_where_there_are_some():
    found = [exemplar(number, steps) for number, steps in enumerate((8, 10, 12, 9, 10))]
    for text, taken in (("a person walks", ["1", "2", "4"]), ("smile", ["0", "1", "2", "3", "4"])):
        assert told(found, section(text, 2.0), [None], frames=at_rest) == taken


def test_an_exemplar_that_ends_where_it_begins_is_repeated_to_a_stated_length():
    there_and_back, away = exemplar(0), exemplar(0)
    away.codes[-1] = 7
    made = [guides([one], section("smile", 2.0), [None])[0][0] for one in (there_and_back, away)]
    assert [len(one.codes) for one in made] == [10, 4]


def test_exemplars_that_show_what_is_asked_come_before_nearer_ones():
    shown = [motions.raise_hand("right", 3.0), motions.raise_hand("left", 3.0), motions.still()]
    raw = {number: torch.as_tensor(features.encode(one)) for number, one in enumerate(shown)}

    def frames(codes):
        return [raw[int(one[0, 0])] for one in codes]

    found = [exemplar(number) for number in range(3)]
    assert told(found, section("a person raises the left hand"), [None], frames=frames) == ["1"]


def test_captions_of_the_other_side_are_passed_over_and_those_of_the_count_come_first():
    texts = ["nods to the left", "nods to the right twice", "nods", "nods to the right"]
    found = [Exemplar(torch.full((4, 5), number), 1.0, text, 0.9) for number, text in enumerate(texts)]

    def said(text: str) -> set[str]:
        return set(told(found, section(text), [None], frames=at_rest))

    assert said("nods to the right") == set(texts[1:]) and said("nods twice") == {texts[1]}
    assert said("nods five times") == set(texts)


def test_side_and_count_are_those_that_all_captions_of_a_motion_tell():
    left, right = ((f"knocks with the {side} hand", "knocks three times", "a knock", "knocks") for side in SIDES)
    found = [
        Exemplar(torch.full((12, 5), number), 1.0, "knocks", 0.9, captions)
        for number, captions in enumerate((left, right))
    ]

    def made(text: str) -> set[tuple[int, int]]:
        column = guides(found, section(text), [None], frames=at_rest)[0]
        return {(int(one.codes[0, 0]), len(one.codes)) for one in column}

    assert made("knocks") == {(0, 12), (1, 12)}
    assert made("knocks with the right hand") == {(1, 12)} and made("knocks 3 times") == {(0, 12), (1, 12)}
    assert made("knocks with the left hand six times") == {(0, 24)}
    assert made("knocks once with the left hand") == {(0, 4), (0, 6)}


def test_an_exemplar_is_repeated_or_cut_to_the_count_that_is_asked_for():
    hops = [features.encode(motions.jump()) for _ in range(3)]
    raw = torch.as_tensor(np.concatenate(hops))

    def frames(codes):
        return [raw[: len(one) * 4].repeat(1 + (len(one) * 4 - 1) // len(raw), 1)[: len(one) * 4] for one in codes]

    one_jump = Exemplar(torch.zeros(len(hops[0]) // 4, 5, dtype=torch.long), 1.0, "a", 0.9)
    (made,) = guides([one_jump, one_jump], section("a person jumps three times"), [None], frames=frames)
    assert {len(one.codes) for one in made} == {3 * len(one_jump.codes)}
    three = Exemplar(torch.zeros(len(raw) // 4, 5, dtype=torch.long), 1.0, "a", 0.9)
    (made,) = guides([three, three], section("a person jumps once"), [None], frames=frames)
    assert made and all(abs(len(one.codes) - len(one_jump.codes)) <= 3 for one in made)


@pytest.mark.slow
def test_the_reply_names_the_exemplar_that_guided_the_motion_unless_exemplars_are_off():
    language = tiny_model()
    tokenizer = BodyPartTokenizer(
        TokenizerConfig(codebook_size=CODES, code_dim=8, joint_dim=16, joint_layers=1, latent_dim=16, decoder_dim=32)
    )
    tokenizer(torch.randn(4, 32, features.FEATURE_SIZE))
    generator = MotionGenerator(language, tokenizer.eval(), Store([exemplar(3, 8)]))

    def run(**options):
        return list(generator.run(Request("smile", seconds=1, seed=0, **options), ALPHA, ALPHA))[-1]

    guided, free = run(), run(exemplars=False)
    assert guided.plans[0][0].exemplar == "3" and free.plans[0][0].exemplar == ""
    assert not np.array_equal(guided.motions[0].poses, free.motions[0].poses)
    events = list(generator.run(Request("smile", seconds=1, seed=0, preview=True), ALPHA, ALPHA))[:-1]
    assert events[0].draft and events[0].step == 0 and len(events[0].motion) == 4 * 5  # as long as asked for
    assert not any(one.draft for one in events[1:]) and events[-1].step == 5
    events = list(generator.run(Request("smile", seconds=1, seed=0), ALPHA, ALPHA))[:-1]
    assert not any(one.draft or one.motion for one in events)


def test_an_action_that_is_done_repeatedly_is_repeated():
    def lengths(text: str) -> set[int]:
        return {len(one.codes) for one in guides([exemplar(1, 8)], section(text), [None])[0]}

    assert lengths("a boxer hits a bag repeatedly") == {24} and lengths("jabs several times") == {24}
    assert lengths("a boxer hits a bag") == {8}
