"""Which guides are drawn: the best of them first, by chance where they are nearly equal, and then the model alone."""

import torch

from hmvlm.motion import features
from hmvlm.tasks.candidates import Judge
from hmvlm.tasks.guides import Guide
from hmvlm.tasks.plan import Clause
from hmvlm.tasks.rounds import DRAWN, apart, known, rows_of_round
from tests import motions

NOTHING = torch.zeros(0, 5, dtype=torch.long)


def guide(number: int, similarity: float = 0.9) -> Guide:
    return Guide(torch.full((4, 5), number), str(number), similarity)


class Scores:
    """A reranker that scores a motion with its height; the tokenizer below decodes code c as standing c m higher."""

    def scores(self, text, raw, measured):
        return torch.stack([one[0, 3] for one in raw])


class Heights:
    def decode_features(self, codes):
        still = torch.as_tensor(features.encode(motions.still()))[:1].repeat(4 * codes.shape[1], 1)
        made = still.repeat(len(codes), 1, 1)
        made[:, :, 3] += codes[:, :1, 0]
        return made


def ranked(guides, seed=0):
    return [one.text for one in Judge(Heights(), Scores()).ranked(Clause.read("smile"), guides, NOTHING, True, seed)]


def test_guides_are_ranked_by_their_score_and_the_nearness_of_their_captions():
    assert ranked([guide(1), guide(5), guide(3)]) == ["5", "3", "1"]
    assert ranked([guide(1, 0.99), guide(2, 0.56)])[0] == "1"
    assert ranked([guide(1)]) == ["1"] and ranked([]) == []


def test_of_guides_nearly_equal_another_seed_takes_another_one():
    twins = [Guide(torch.full((4, 5), 1), str(number), 0.9) for number in range(3)]
    assert {ranked(twins, seed)[0] for seed in range(20)} == {"0", "1", "2"}
    assert ranked(twins, 3) == ranked(twins, 3)
    assert {ranked([*twins, guide(4)], seed)[0] for seed in range(20)} == {"4"}


def test_the_best_guides_are_drawn_first_and_then_the_model_draws_alone():
    first, second = [guide(number) for number in range(DRAWN + 2)], [guide(9)]
    rows = rows_of_round([first, second, []], 0, 12)
    assert [one and one.text for one in rows[::3]] == [one.text for one in first[:DRAWN]]
    assert [one and one.text for one in rows[1::3]] == ["9"] * DRAWN and rows[2::3] == [None] * DRAWN
    assert rows_of_round([first, second], 1, 12) == [None] * 12
    assert rows_of_round([[], []], 0, 12) == [None] * 24 and rows_of_round([first], 0, 1) == [None]
    assert len(rows_of_round([first], 0, 2)) == 2


def test_the_model_draws_alone_only_where_no_caption_is_near():
    assert known([guide(1, 0.7), guide(2, 0.9)]) and not known([guide(1, 0.7)]) and not known([])


def test_variations_have_other_guides_first_where_there_are_others():
    found = apart([[guide(1), guide(2)], [guide(1), guide(2), guide(3)], [guide(1), guide(2)], [], [guide(4)]])
    assert [[one.text for one in guides] for guides in found] == [["1", "2"], ["2", "3"], ["1", "2"], [], ["4"]]
