"""Which exemplars are near a clause."""

import torch

from hmvlm.rankers.exemplars import Exemplar
from hmvlm.tasks.nearest import SURE, Nearest
from hmvlm.tasks.plan import Clause


class Store:
    """A reranker that finds the same exemplars for every text, or those of ``by_text``."""

    exemplars = None

    def __init__(self, *found: Exemplar, **by_text: Exemplar) -> None:
        self.found, self.by_text = list(found), {text.replace("_", " "): one for text, one in by_text.items()}

    def nearest(self, texts, *options) -> list[Exemplar]:
        return [self.by_text[texts[0]]] if texts[0] in self.by_text else self.found


def exemplar(text: str, similarity: float, code: int = 0, steps: int = 6) -> Exemplar:
    return Exemplar(torch.full((steps, 5), code), 1.0, text, similarity)


def told(text: str, store: Store) -> list[str]:
    near = Nearest(store, lambda codes: 0.0 * codes[..., None].float(), lambda one, steps: one)
    return [one.text for one in near(Clause.read(text))]


def test_a_caption_that_is_not_near_has_to_tell_the_same_action():
    for similarity, kept in ((SURE - 0.05, []), (SURE + 0.05, ["plays the guitar"])):
        assert told("performs a broad hoorah", Store(exemplar("plays the guitar", similarity))) == kept
    assert told("plays a broad hoorah", Store(exemplar("plays the guitar", SURE - 0.05))) == ["plays the guitar"]


def test_where_no_caption_tells_both_actions_they_are_paired():
    walk, wave = exemplar("walks", 0.95), exemplar("waves", 0.9, 3)
    store = Store(walk, a_person_walks=walk, a_person_waves=wave)
    assert told("a person walks while waving", store) == ["walks + waves"]
    both = Store(exemplar("somebody walks while waving", 0.95), a_person_walks=walk, a_person_waves=wave)
    assert told("a person walks while waving", both) == ["somebody walks while waving"]
