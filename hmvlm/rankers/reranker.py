"""Reranking of generated motions, and notes on the activity that a motion shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from hmvlm.language.text_encoder import TextEncoder
from hmvlm.motion.facts import Facts, describe
from hmvlm.motion.facts.numbers import numbers
from hmvlm.rankers.activity import ActivityClassifier
from hmvlm.rankers.exemplars import Exemplar, Exemplars, sentence_features
from hmvlm.rankers.facts_ranker import FactsRanker
from hmvlm.rankers.retrieval import RetrievalModel, mean_states, pad_motions

FACTS_WEIGHT, RETRIEVAL_WEIGHT, SENTENCE_WEIGHT = 1.0, 1.0, 0.2
"""Weights of the three scores: facts ranker, retrieval model, similarity of the described facts to the prompt.

Chosen on the 36 validation prompts of ``train.evaluation.sampling_sweep`` (see the model card). ``benchmarks.rankers``
compares others: with a retrieval model that has seen the authored actions, a weight of 1 is better."""
KNOWN_TEXTS = 8
"""Texts whose features are kept."""
SENTENCE_WEIGHT_ALONE = 0.6
"""Weight of the sentence similarity, relative to the retrieval score, in a checkpoint without a facts ranker."""


class Reranker(nn.Module):
    """Scores motions against a prompt as a weighted sum of up to three similarities.

    Attributes:
        retrieval: compares the whole motion with the prompt; trained on recordings and captions.
        facts_ranker: compares the measured numbers of :mod:`hmvlm.motion.facts` with the prompt; optional.
        activity_classifier: predicts activity and manner from the same numbers; optional.
        exemplars: training motions by their captions; optional.
    """

    def __init__(
        self,
        retrieval: RetrievalModel,
        facts_ranker: FactsRanker | None = None,
        activity_classifier: ActivityClassifier | None = None,
        exemplars: Exemplars | None = None,
    ) -> None:
        super().__init__()
        self.exemplars = exemplars
        self.retrieval, self.facts_ranker, self.activity_classifier = retrieval, facts_ranker, activity_classifier
        self._known: dict[str, tuple[Tensor, Tensor]] = {}

    @staticmethod
    def from_pretrained(folder: str | os.PathLike, encoder: TextEncoder) -> Reranker:
        """Load a checkpoint's ``rankers`` folder; FileNotFoundError if it has no retrieval model."""
        folder = Path(folder)
        return Reranker(
            RetrievalModel.from_pretrained(folder, encoder),
            FactsRanker.from_pretrained(folder) if FactsRanker.is_in(folder) else None,
            ActivityClassifier.from_pretrained(folder) if ActivityClassifier.is_in(folder) else None,
            Exemplars.from_pretrained(folder) if Exemplars.is_in(folder) else None,
        )

    @torch.inference_mode()
    def scores(self, text: str, raw: Sequence[Tensor], measured: Sequence[Facts]) -> Tensor:
        """Scores ``(N,)`` of N motions for a prompt, higher is better.

        Args:
            raw: their features ``(T_i, 221)`` at 20 fps; measured: the facts of what these decode to.
        """
        parts = [part[0] for part in self.similarities([text], raw, measured)]
        if self.facts_ranker is None:
            return parts[1] + SENTENCE_WEIGHT_ALONE * parts[2]
        return FACTS_WEIGHT * parts[0] + RETRIEVAL_WEIGHT * parts[1] + SENTENCE_WEIGHT * parts[2]

    @torch.inference_mode()
    def nearest(
        self,
        texts: Sequence[str],
        most: int,
        margin: float,
        least: float,
        fits: Callable[[str], bool] | None = None,
    ) -> list[Exemplar]:
        """Exemplars for a text and other ways to say it, as :meth:`hmvlm.rankers.exemplars.Exemplars.nearest`; none
        without a store of them.
        """
        if self.exemplars is None:
            return []
        features = torch.stack([sentence_features(*self._text_features(text)) for text in texts])
        return self.exemplars.nearest(features, most, margin, least, fits)

    @torch.inference_mode()
    def similarities(
        self, texts: Sequence[str], raw: Sequence[Tensor], measured: Sequence[Facts]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Similarities ``(P, N)`` of P texts and N motions: by the facts ranker (0 without one), by the retrieval
        model, and of the described facts.

        Args:
            raw: as in :meth:`scores`; measured: likewise.
        """
        vectors, means = (torch.stack(part) for part in zip(*map(self._text_features, texts), strict=True))
        retrieved = vectors @ self.retrieval.motion_vectors(*pad_motions(raw)).T
        described = means @ self._descriptions(measured).T
        if self.facts_ranker is None:
            return torch.zeros_like(retrieved), retrieved, described
        asked = self.facts_ranker.text_vectors(torch.cat([vectors, means], dim=-1))
        return asked @ self.facts_ranker.fact_vectors(self._numbers(measured)).T, retrieved, described

    def _text_features(self, text: str) -> tuple[Tensor, Tensor]:
        """The retrieval model's vector of a text and its mean state; those of the last texts are kept for a redraw."""
        found = self._known.get(text)
        if found is None:
            states, mask = self.retrieval.encoder.states([text])
            vector = self.retrieval.vectors_from_states(states, mask)[0]
            found = vector, mean_states(states, mask)[0].to(vector)
            while len(self._known) >= KNOWN_TEXTS:
                self._known.pop(next(iter(self._known)), None)
            self._known[text] = found
        return found

    def _descriptions(self, measured: Sequence[Facts]) -> Tensor:
        """Mean states ``(N, width)`` of the facts in words; alike descriptions are encoded once."""
        said = [describe(one) for one in measured]
        known = {text: place for place, text in enumerate(dict.fromkeys(said))}
        means = mean_states(*self.retrieval.encoder.states(list(known))).to(self.retrieval.mean)
        return means[[known[text] for text in said]]

    def activity_note(self, measured: Facts) -> str:
        """The predicted activity and manner in words; empty without a classifier."""
        return "" if self.activity_classifier is None else self.activity_classifier.notes(self._numbers([measured]))[0]

    def contradictions(self, measured: Facts, question: str) -> list[str]:
        """Activities that the question names and the classifier rules out, as ``["no dancing"]``."""
        if self.activity_classifier is None:
            return []
        return [f"no {name}" for name in self.activity_classifier.ruled_out(self._numbers([measured]), question)[0]]

    def _numbers(self, measured: Sequence[Facts]) -> Tensor:
        return torch.from_numpy(np.stack([numbers(one) for one in measured])).to(self.retrieval.mean.device)
