"""What the sections of an evaluation share: budgets, files, models loaded once, and a clock."""

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
    """How much each section may measure, and for how long (``minutes``) those that run a model over many items.

    A section stops at whichever comes first; loading and scoring come on top.
    """

    minutes: dict[str, float]
    tokenizer_clips: int = 10**9
    prompts: int = (
        128  # test captions that motion is generated for: as many as a slow machine manages, as FID depends on it
    )
    draws: int = 2  # motions a caption
    multimodality: tuple[int, int] = (16, 6)  # captions and motions a caption
    described: int = 160  # test motions that are put into words
    check_seeds: int = 5  # motions a prompt of the prompt checks
    views: int = 1000
    perceptron_seconds: float = 70.0
    choices: int = 500  # items of each multiple-choice set
    answers: int = 150  # held-out answers whose perplexity is measured
    greedy: tuple[int, int] = (80, 32)  # MT-Bench questions and tokens compared
    gate_texts: int = 300
    gate_answers: int = 0  # ordinary prompts whose greedy answer is compared with the bare base's
    gate_tokens: int = 8  # tokens of such an answer
    questions: int = 300  # held-out motions that a question is asked about
    filmed: int = 40  # of them, rendered and asked about as clips
    moments: int = 30  # clips whose question hangs on a short moment, read with few frames

    def __post_init__(self) -> None:
        if self.draws < 1 or self.multimodality[1] < 2:
            raise ValueError(
                f"draws must be at least 1 and multimodality needs 2 a caption: {self.draws}, {self.multimodality}"
            )


ALL = Budget({"text_to_motion": 18.0, "motion_to_text": 4.0, "prompts": 7.0, "forgetting": 8.0, "understanding": 13.0})
QUICK = Budget(
    {"text_to_motion": 1.6, "motion_to_text": 0.4, "prompts": 0.9, "forgetting": 1.0, "understanding": 0.7},
    tokenizer_clips=120,
    prompts=64,
    draws=1,
    multimodality=(3, 4),
    described=32,
    check_seeds=1,
    views=80,
    perceptron_seconds=8.0,
    choices=10,
    answers=12,
    greedy=(8, 12),
    gate_texts=60,
    questions=20,
    filmed=2,
    moments=1,
)
"""All sections together fit into 8 minutes on two cores, where :data:`ALL` takes up to 90."""


class Clock:
    """Minutes of one section, and whether they are over."""

    def __init__(self, minutes: float) -> None:
        self.minutes, self.started = minutes, time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the section began."""
        return time.monotonic() - self.started

    @property
    def over(self) -> bool:
        """Whether the section's time is used up."""
        return self.seconds > 60 * self.minutes

    def part(self, share: float) -> Clock:
        """A clock of a share of these minutes that starts now."""
        return Clock(share * self.minutes)


@dataclass
class Bench:
    """One evaluation: which model, on which files, how thoroughly. Files are read when a section first needs them.

    Attributes:
        model: preset or folder; ``also`` names further checkpoints to measure beside it, label to folder.
        whole: folder of a whole-body tokenizer to measure beside the model's own.
        figures: folder for plots.
        state: folder in which generated motions and text vectors are kept for a run that goes on.
        encoder: file of the body encoder with its own head, measured beside poses if it is there.
    """

    model: str = "embedded"
    budget: Budget = ALL
    motions: Path = Path("data/motions.npz")
    pairs: Path = Path("data/pairs.npz")
    views: Path = Path("data/views.npz")
    dialogue: Path = Path("data/dialogue")
    questions: Path | None = None
    evaluator_folder: Path = Path("data/evaluator")
    whole: Path | None = None
    also: dict[str, Path] = field(default_factory=dict)
    figures: Path = Path("docs/results")
    state: Path = Path("state/evaluation")
    seed: int = 0
    encoder: Path = Path("data/body_encoder.safetensors")

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
    def clips(self) -> list[Recording]:
        """All recordings."""
        return load_motions(self.motions)

    @cached_property
    def test_pairs(self) -> list[Pair]:
        """Captioned test motions, all that there are."""
        return load_pairs(self.pairs, "test")

    @cached_property
    def train_pairs(self) -> list[Pair]:
        """Captioned training motions, which the retrieval baselines draw from."""
        return load_pairs(self.pairs, "train")

    @cached_property
    def evaluator(self) -> Evaluator:
        """The text-motion evaluator."""
        return Evaluator.from_pretrained(self.evaluator_folder)

    @cached_property
    def talk(self) -> DialoguePrompts:
        """Ordinary talk, with its held-out prompts."""
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
    def others(self) -> dict[str, tuple[HMVLM, str]]:
        """Further checkpoints to measure beside the model, with their hashes, by label."""
        return {label: (HMVLM.from_pretrained(folder), checkpoint_hash(folder)) for label, folder in self.also.items()}

    def clock(self, section: str) -> Clock:
        """The clock of a section, started now."""
        return Clock(self.budget.minutes[section])
