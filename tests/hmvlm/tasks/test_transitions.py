"""Stretches between postures. Code c of the torso stands for a pelvis c tenths as high as when standing."""

import pytest
import torch

from hmvlm.motion.features import FEATURE_SIZE
from hmvlm.rankers.exemplars import Exemplar
from hmvlm.tasks.guides import Guiding, SoFar
from hmvlm.tasks.plan import Clause, plan
from hmvlm.tasks.sections import clause_sections
from hmvlm.tasks.transitions import SENTENCES, standing_height


def codes(*heights: int, limbs: int = 0) -> torch.Tensor:
    made = torch.full((len(heights), 5), limbs)
    made[:, 0] = torch.tensor(heights)
    return made


def exemplar(*heights: int, text: str = "acts", limbs: int = 0) -> Exemplar:
    return Exemplar(codes(*heights, limbs=limbs), heights[0] / 10, text, 0.9)


def frames(motions):
    made = []
    for one in motions:
        raw = torch.zeros(4 * len(one), FEATURE_SIZE)
        raw[:, 0] = one[:, 0].repeat_interleave(4) / 10 * standing_height()
        made.append(raw)
    return made


class Store:
    """Exemplars of getting up and down for the sentences of transitions, ``found`` for all others."""

    exemplars = None
    ways = {
        "a person gets up from the ground": exemplar(2, 2, 3, 5, 8, 10, 10),
        "a person stands up from a chair": exemplar(6, 6, 7, 9, 10),
        "a person sits down on a chair": exemplar(10, 10, 8, 6, 6),
        "a person lies down": exemplar(10, 9, 5, 2, 1, 1),
    }

    def __init__(self, *found: Exemplar) -> None:
        self.found = list(found)

    def nearest(self, texts, *options) -> list[Exemplar]:
        return [self.ways[texts[0]]] if texts[0] in self.ways else [] if texts[0] in SENTENCES else self.found


def guided(text: str, found: Exemplar, *before: int) -> list[int]:
    """Heights of the guide of a clause after a motion of these heights."""
    guiding = Guiding(Store(found), frames, lambda one: one[..., None].float())
    section = clause_sections(Clause.read(text), 1, 2, len(before))[0]
    [[guide]] = guiding(section, [SoFar(codes(*before), before[-1] / 10)])
    return guide.codes[:, 0].tolist()


@pytest.mark.parametrize(
    ("before", "found", "expected"),
    [
        ((10, 10), (10, 9, 10), [10, 9, 10]),
        ((10, 2), (10, 9, 10), [2, 3, 5, 8, 10, 10, 9, 10]),
        ((10, 10), (6, 6, 6), [10, 8, 6, 6, 6, 6]),
        ((10, 5), (10, 8, 4, 2, 2), [4, 2, 2]),
    ],
    ids=["as it is", "gets up first", "sits down first", "is down already"],
)
def test_an_exemplar_follows_a_body_in_another_posture(before, found, expected):
    made = guided("smile", exemplar(*found, limbs=3), *before)
    assert made[-len(expected) :] == expected and len(made) <= len(expected) + 1


def test_a_posture_that_was_not_measured_is_measured():
    guiding = Guiding(Store(exemplar(6, 6, 6, limbs=3)), frames, lambda one: one[..., None].float())
    section = clause_sections(Clause.read("smile"), 1, 2, 2)[0]
    given, measured = (guiding(section, [SoFar(codes(10, 10), posture)])[0][0] for posture in (1.0, None))
    assert torch.equal(given.codes, measured.codes) and len(given.codes) > 3


def test_who_is_to_get_up_does_so_from_the_ground_and_nobody_else():
    low = exemplar(6, 7, 10, limbs=3)
    assert guided("stands up", low, 10, 2)[:5] == [2, 3, 5, 8, 10]
    assert guided("does a push-up", low, 10, 2) == [6, 7, 10]
    assert guided("stands up", exemplar(8, 9, 10), 10, 8) == [8, 9, 10]


def test_on_a_seat_an_action_of_the_arms_moves_the_arms_only():
    waves = exemplar(10, 10, 10, text="waves", limbs=2)
    assert guided("wave", waves, 10, 6) == [6, 6, 6]


@pytest.mark.parametrize("text", ["kneels and stands up again", "kneels, then rises", "kneels down and crawls"])
def test_who_gets_up_in_the_next_clause_stays_down(text):
    first = plan(text).clauses[0]
    guiding = Guiding(Store(exemplar(10, 8, 5, 5, 5, 8, 10)), frames, lambda one: one[..., None].float())
    [[guide]] = guiding(clause_sections(first, 0, 2, 0)[0], [SoFar(codes())])
    assert guide.codes[:, 0].tolist() == [10, 8, 5, 5, 5]


@pytest.mark.parametrize(
    ("text", "found", "lowest"),
    [
        ("a man sits on a chair", [(10, 10, 10), (10, 8, 6, 6)], 6),
        ("a man lies on the sofa", [(10, 8, 6, 6), (10, 6, 2, 1)], 1),
        ("a man kneels on the floor, crying", [(10, 6, 2, 1), (10, 8, 5, 5)], 5),
        ("a man lies on his back", [(1, 5, 10), (10, 6, 2, 1)], 1),
    ],
)
def test_a_posture_that_is_told_is_reached(text, found, lowest):
    guiding = Guiding(Store(*(exemplar(*one) for one in found)), frames, lambda one: one[..., None].float())
    made = guiding(clause_sections(plan(text).clauses[0], 0, 1, 0)[0], [SoFar(codes())])[0]
    assert {int(one.codes[:, 0].min()) for one in made} == {lowest}


@pytest.mark.parametrize(
    ("text", "down"),
    [
        ("kneels and waves", [True]),
        ("kneels down, then waves", [True, False]),
        ("a woman sat on the floor, her hands around her knees, her body curled up.", [True]),
        ("a man lies on the sofa", [True]),
        ("squats, then waves", [False, False]),
        ("a person sits down and gets up three times", [False]),
        ("sits down, then stands up", [True, False]),
        ("does ten sit ups", [False]),
    ],
)
def test_who_is_not_told_to_get_up_stays_down(text, down):
    assert [clause.stays_down for clause in plan(text).clauses] == down
