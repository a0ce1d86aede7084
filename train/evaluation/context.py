"""What all sections of an evaluation share.

Sample sizes and time limits, input files, and models that are loaded once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hmvlm import HMVLM
from train.dialogue.prompts import DialoguePrompts
from train.evaluation.evaluator.model import Evaluator
from train.evaluation.evaluator.pairs import Pair, load_pairs
from train.evaluation.report.provenance import checkpoint_folder, checkpoint_hash
from train.recordings.store import Recording, load_motions


@dataclass(frozen=True)
class Budget:
    """Sample sizes, and the most minutes of those sections that run a model over many items.

    A section stops at whichever limit comes first; loading models and scoring are not counted.

    Attributes:
        minutes: most minutes by section.
        tokenizer_clips: test recordings that tokenizers reconstruct.
        prompts: test captions that motion is generated for; FID depends on this number.
        samples_per_prompt: motions generated for each of them.
        multimodality: captions and motions a caption for MultiModality.
        captioned_motions: test motions that the model describes.
        samples_per_check: motions for each prompt with a measurable outcome.
        views: synthetic test views.
        perceptron_steps: training steps of the perceptron baseline; 0 leaves it out.
        choice_items: items of each multiple-choice set.
        perplexity_answers: held-out answers whose perplexity is measured.
        greedy_answers: MT-Bench questions answered greedily, and tokens of each answer that are compared.
        gate_texts: most prompts of each kind that are passed to the gate.
        gate_answers: ordinary prompts whose greedy answer is compared with the base's; 0 leaves the table out.
        gate_tokens: tokens of each such answer that are compared.
        questions: test motions with one question each.
        rendered_clips: how many of them are also rendered to video and asked about as clips.
        short_event_clips: clips whose question is about a short event, for the comparison of frame sampling.
    """

    minutes: dict[str, float]
    tokenizer_clips: int = 10**9
    prompts: int = 128
    samples_per_prompt: int = 2
    multimodality: tuple[int, int] = (16, 6)
    captioned_motions: int = 160
    samples_per_check: int = 5
    views: int = 1000
    perceptron_steps: int = 3000
    choice_items: int = 500
    perplexity_answers: int = 150
    greedy_answers: tuple[int, int] = (80, 32)
    gate_texts: int = 300
    gate_answers: int = 0
    gate_tokens: int = 8
    questions: int = 300
    rendered_clips: int = 40
    short_event_clips: int = 30

    def __post_init__(self) -> None:
        if self.samples_per_prompt < 1:
            raise ValueError(f"samples_per_prompt must be at least 1, got {self.samples_per_prompt}")
        if self.multimodality[1] < 2:
            raise ValueError(f"multimodality needs at least 2 motions a caption, got {self.multimodality}")


ALL = Budget({"text_to_motion": 18.0, "motion_to_text": 4.0, "prompts": 7.0, "forgetting": 8.0, "understanding": 13.0})
QUICK = Budget(
    {"text_to_motion": 1.6, "motion_to_text": 0.4, "prompts": 0.9, "forgetting": 1.0, "understanding": 0.7},
    tokenizer_clips=120,
    prompts=64,
    samples_per_prompt=1,
    multimodality=(3, 4),
    captioned_motions=32,
    samples_per_check=1,
    views=80,
    perceptron_steps=300,
    choice_items=10,
    perplexity_answers=12,
    greedy_answers=(8, 12),
    gate_texts=60,
    questions=20,
    rendered_clips=2,
    short_event_clips=1,
)
"""All sections together fit into 8 minutes on two cores, where :data:`ALL` takes up to 90."""


class TimeLimit:
    """A number of minutes that starts to run when the object is made."""

    def __init__(self, minutes: float) -> None:
        self.minutes, self.started = minutes, time.monotonic()

    @property
    def exceeded(self) -> bool:
        """Whether the minutes have passed."""
        return time.monotonic() - self.started > 60 * self.minutes

    def fraction(self, share: float) -> TimeLimit:
        """A limit of a share of these minutes that starts now."""
        return TimeLimit(share * self.minutes)


@dataclass
class EvaluationContext:
    """One evaluation: the model, the input files and the budget. Files and models are loaded on first use.

    Attributes:
        model: preset or folder.
        budget: sample sizes and time limits.
        motions, pairs, views: recordings, captioned motions and synthetic views (``.npz``).
        dialogue: folder of ``dolly_*.jsonl``.
        questions: folder of the multiple-choice sets and MT-Bench (default: ``eval`` in ``dialogue``).
        evaluator_folder: folder of the text-motion evaluator.
        whole_body_tokenizer: folder of a whole-body tokenizer that is measured beside the model's own.
        other_checkpoints: further checkpoints that are measured as rows of their own, label to folder.
        figures: folder for plots.
        state: folder that keeps generated motions and text vectors, so that an interrupted run can resume.
        seed: of everything that is sampled.
        body_encoder: file of the body encoder with its own head, measured beside poses if it exists.
    """

    model: str = "embedded"
    budget: Budget = ALL
    motions: Path = Path("data/motions.npz")
    pairs: Path = Path("data/pairs.npz")
    views: Path = Path("data/views.npz")
    dialogue: Path = Path("data/dialogue")
    questions: Path | None = None
    evaluator_folder: Path = Path("data/evaluator")
    whole_body_tokenizer: Path | None = None
    other_checkpoints: dict[str, Path] = field(default_factory=dict)
    figures: Path = Path("docs/results")
    state: Path = Path("state/evaluation")
    seed: int = 0
    body_encoder: Path = Path("data/body_encoder.safetensors")

    @cached_property
    def folder(self) -> Path:
        """Folder of the checkpoint that is measured."""
        return checkpoint_folder(self.model)

    @cached_property
    def hash(self) -> str:
        """Hash of the checkpoint that is measured."""
        return checkpoint_hash(self.folder)

    @cached_property
    def assistant(self) -> HMVLM:
        """The model that is measured."""
        return HMVLM.from_pretrained(self.model)

    @cached_property
    def recordings(self) -> list[Recording]:
        """All recordings."""
        return load_motions(self.motions)

    @cached_property
    def test_pairs(self) -> list[Pair]:
        """All captioned test motions."""
        return load_pairs(self.pairs, "test")

    @cached_property
    def train_pairs(self) -> list[Pair]:
        """Captioned training motions, for the retrieval baselines."""
        return load_pairs(self.pairs, "train")

    @cached_property
    def evaluator(self) -> Evaluator:
        """The text-motion evaluator."""
        return Evaluator.from_pretrained(self.evaluator_folder)

    @cached_property
    def dialogue_prompts(self) -> DialoguePrompts:
        """Ordinary dialogue, with its held-out prompts."""
        return DialoguePrompts.load(self.dialogue)

    @property
    def held_out_sets(self) -> Path:
        """Folder with the multiple-choice sets and MT-Bench's questions."""
        folder = self.questions or self.dialogue / "eval"
        if not folder.is_dir():
            raise FileNotFoundError(
                f"{folder} is missing; give the folder with the multiple-choice sets and MT-Bench as --questions"
            )
        return folder

    @cached_property
    def other_models(self) -> dict[str, tuple[HMVLM, str]]:
        """The models of :attr:`other_checkpoints` with their hashes, by label."""
        return {
            label: (HMVLM.from_pretrained(folder), checkpoint_hash(folder))
            for label, folder in self.other_checkpoints.items()
        }

    def time_limit(self, section: str) -> TimeLimit:
        """The time limit of a section, started now."""
        return TimeLimit(self.budget.minutes[section])
