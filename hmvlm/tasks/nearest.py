"""Which exemplars are near a clause: by their captions, as a whole or as pairs of two actions that are done at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from torch import Tensor

from hmvlm.body.skeleton import PARTS
from hmvlm.rankers.exemplars import Exemplar
from hmvlm.rankers.reranker import Reranker
from hmvlm.tasks.clause_details import lemmas_in
from hmvlm.tasks.composites import pairs, two_at_once
from hmvlm.tasks.lookups import SUBJECT, bent_gait, fitting, lookups, main_clause, unusual_gait
from hmvlm.tasks.opposites import opposed
from hmvlm.tasks.placed_hands import hands_in, without_hands
from hmvlm.tasks.plan import Clause
from hmvlm.tasks.returns import onward
from hmvlm.tasks.spelling import respelt
from hmvlm.tasks.told import agreeing, few_steps
from hmvlm.tasks.transitions import UPRIGHT
from hmvlm.tasks.verbs import WORDS, spelt_verbs, tokens

MOST, MARGIN, LEAST = 16, 0.08, 0.55
"""Exemplars looked at; how much less similar than the nearest they may be; similarity that the nearest must have."""
SURE = 0.7
"""Similarity from which on a caption may tell the action by another verb."""
NEAR = 0.72
"""Similarity under which the main clause of a sentence is looked up as well."""
WHOLE = 0.92
"""Similarity from which on a caption tells all of two actions that are done at once."""
PAIRED, PAIRS = 4, 6
"""Exemplars of each of two actions that are paired, and pairs that are looked at."""
_BACK = re.compile(r"\bback(?:wards?)?\b", re.I)
LEGS = [PARTS.index(name) for name in ("left_leg", "right_leg")]
STILL = 0.6
"""Mean distance of the legs' codebook vectors from their mean under which they do nothing of their own."""


class Nearest:
    """Finds the exemplars of a clause, nearest first.

    Args:
        reranker: has the exemplars. vectors: codebook vectors ``(S, 5, D)`` of codes ``(S, 5)``.
        filling: repeats an exemplar to a number of steps, where it can be repeated.
    """

    def __init__(
        self,
        reranker: Reranker | None,
        vectors: Callable[[Tensor], Tensor],
        filling: Callable[[Exemplar, int], Exemplar],
    ) -> None:
        self.reranker, self.vectors, self._filling = reranker, vectors, filling

    def __call__(self, clause: Clause) -> list[Exemplar]:
        """Exemplars whose captions are near a clause; near its main clause where none is near the whole.

        A count is looked up as well, although the language model is asked for the action alone.
        """
        if self.reranker is None:
            return []
        text = clause.sought or (clause.text if clause.count is not None else clause.asked)
        text = onward(clause.asked) or unusual_gait(clause.asked) or bent_gait(clause.asked) or text
        looked = [*lookups(text), *([clause.asked] if clause.asked != text else [])]
        found = self._look_up(text, looked)
        if few_steps(clause):
            more = f"{SUBJECT} takes three steps {'back' if _BACK.search(clause.asked) else 'forward'}"
            found = [*found, *self._look_up(more, [more])]
        main = main_clause(text)
        if main is not None and (not found or found[0].similarity < NEAR):
            found = self._look_up(text, [*looked, *lookups(main)])
        if hands_in(text) and (meanwhile := without_hands(text)) is not None:
            return self._look_up(meanwhile, lookups(meanwhile)) or found
        at_once = two_at_once(text)
        if at_once is None:
            return found
        same = [one for one in found if not opposed(text, one.text)]
        return self._of_both(same or self._look_up(at_once[0], lookups(at_once[0])) or found, *at_once)

    def _look_up(self, text: str, looked: list[str]) -> list[Exemplar]:
        """Exemplars near a text or near other ways to say it; none of another action where no caption is near."""
        assert self.reranker is not None
        spelt = respelt(text, self._words)
        looked = [*looked, *([spelt] if spelt != text else [])]
        found = self.reranker.nearest(looked, MOST, MARGIN, LEAST, fitting(text))
        if not found or found[0].similarity >= SURE:
            return found
        told = {lemma for one in looked for lemma in lemmas_in(one)}.difference(
            *(WORDS[kind] for kind in ("light", "openers"))
        )
        return [one for one in found if any(told & {*lemmas_in(text)} for text in (one.text, *one.captions))]

    @cached_property
    def _words(self) -> frozenset[str]:
        """All words of captions, and all forms of verbs."""
        store = None if self.reranker is None else self.reranker.exemplars
        texts = [] if store is None else store.texts
        return frozenset(token.word for text in texts for token in tokens(text)) | spelt_verbs()

    def _of_both(self, found: list[Exemplar], moving: str, meanwhile: str) -> list[Exemplar]:
        """Exemplars of two actions that are done at once: those whose captions tell both, and pairs of one each."""
        whole = [one for one in found if two_at_once(one.text) is not None]
        if whole and whole[0].similarity >= WHOLE:
            return whole
        made = self._pairs(moving, meanwhile)
        near = max([one.similarity for one in (*whole, *made)], default=0.0) - MARGIN
        both = [one for one in (*whole, *made) if one.similarity >= near]
        return sorted(both, key=lambda one: -one.similarity) or found

    def _pairs(self, moving: str, meanwhile: str) -> list[Exemplar]:
        """Exemplars of what moves the body with the arms of those that leave the legs alone."""
        legs, arms = (agreeing(self._look_up(text, lookups(text)), Clause.read(text)) for text in (moving, meanwhile))
        arms = [one for one in arms if one.posture >= UPRIGHT and self.still(one.codes)]
        return pairs(legs[:PAIRED], arms[:PAIRED], meanwhile, self._filling, self.vectors)[:PAIRS]

    def still(self, codes: Tensor) -> bool:
        """Whether the legs do nothing of their own."""
        legs = self.vectors(codes)[:, LEGS]
        return float((legs - legs.mean(0)).norm(dim=-1).mean()) < STILL
