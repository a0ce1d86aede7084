"""Settings of a stage or script: one dataclass, from which its command line is made.

    @dataclass(kw_only=True)
    class Settings(LoopSettings):
        data: str = option("data/motions.npz", "recordings of python -m train.recordings.prepare")
        lr: float = option(6e-4, "peak learning rate")

    def main(argv: list[str] | None = None) -> None:
        train(parse_settings(Settings, argv, __doc__))

Every field becomes ``--name`` (``--with-dashes`` works as well), with its type, default and help. A boolean whose
default is true gets ``--no-name``. The parser is transformers' ``HfArgumentParser``.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import sys
from collections.abc import Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S", bound="DataclassInstance")


def option(default: Any = MISSING, help: str = "") -> Any:
    """A dataclass field with its help text; without a default it must be given.

    Args:
        default: its value if it is not given; a list is copied.
        help: one line for ``--help``.
    """
    metadata = {"help": help.replace("%", "%%")}
    if isinstance(default, list):
        return field(default_factory=lambda: list(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def parse_settings(kind: type[S], argv: Sequence[str] | None = None, description: str | None = None) -> S:
    """Settings from a command line (``sys.argv`` if None); ends with status 2 and one sentence where it is wrong.

    Also sets up logging, so that a ``main`` needs no more than this call.
    """
    from transformers.hf_argparser import DataClassType, HfArgumentParser

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    summary = (description or kind.__doc__ or "").strip().split("\n\n")[0]
    parser = HfArgumentParser(DataClassType(kind), description=" ".join(summary.split()), allow_abbrev=False)
    values = vars(parser.parse_args(sys.argv[1:] if argv is None else list(argv)))
    try:
        return kind(**{one.name: values[one.name] for one in fields(kind)})
    except ValueError as error:
        parser.error(str(error))


@dataclass(kw_only=True)
class LoopSettings:
    """Settings of every training loop; stages add their own fields and defaults.

    Attributes:
        not_defining: fields on which the result does not depend; they may differ when a run is resumed. (Of
            ``accumulate`` only its product with the number of processes must stay the same.)
        minutes: the length of the whole run by the clock. With it the learning rate depends on the machine's speed, so
            a resumed run is exactly equal to an uninterrupted one only without it.
    """

    not_defining: ClassVar[frozenset[str]] = frozenset(
        [
            "out",
            "state",
            "resume",
            "overwrite",
            "max_minutes",
            "save_minutes",
            "log_every",
            "device",
            "workers",
            "tracker",
            "accumulate",
        ]
    )

    out: str = option(help="folder (or file) to write the trained weights to")
    state: str | None = option(
        None, "folder for the state to resume from and the log; by default made from the stage and --out"
    )
    resume: bool = option(False, "go on from the state, if there is one")
    overwrite: bool = option(False, "replace an --out that another run wrote, and start anew where a state exists")
    steps: int = option(1000, "optimiser steps of the whole run")
    minutes: float | None = option(
        None,
        (
            "end the whole run after so many minutes or --steps, whichever comes first; the learning rate decays with "
            "the larger of the two shares that are over"
        ),
    )
    max_minutes: float | None = option(None, "end this call after so many minutes; the state is kept")
    save_minutes: float = option(5.0, "minutes between saved states")
    log_every: int = option(50, "steps between lines of the log")
    eval_every: int = option(500, "steps between validations")
    lr: float = option(1e-3, "peak learning rate")
    warmup: int = option(50, "steps over which the learning rate rises")
    lr_floor: float = option(0.03, "share of the peak learning rate at the end of the cosine decay")
    clip_norm: float = option(1.0, "largest norm of the gradient")
    accumulate: int = option(1, "batches an optimiser step")
    ema: float = option(
        0.0, "decay of the exponential moving average of the weights that is kept; 0 keeps the weights themselves"
    )
    seed: int = option(0, "of weights, batches and noise")
    device: Literal["cpu", "cuda"] = option("cpu", "device to train on")
    workers: int = option(0, "prefetch workers that draw batches; 0 draws in the training process")
    tracker: str | None = option(None, "experiment tracker of Accelerate, for example tensorboard")

    def __post_init__(self) -> None:
        for name in ("steps", "log_every", "eval_every", "accumulate"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        for name, value in asdict(self).items():
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"{name} must be a finite number, got {value}")
        for name in ("clip_norm", "minutes"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name} must be positive, got {value}")
        for name in ("lr", "warmup", "max_minutes", "save_minutes", "workers", "seed"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name} must not be negative, got {value}")
        for name, top in (("ema", 1.0), ("lr_floor", 1.0 + 1e-9)):
            if not 0 <= getattr(self, name) < top:
                raise ValueError(f"{name} must be a share, from 0 up to 1, got {getattr(self, name)}")
        if self.device not in ("cpu", "cuda"):
            raise ValueError(f"device must be cpu or cuda, got {self.device!r}")
        if self.resume and self.overwrite:
            raise ValueError("resume goes on with a run, overwrite starts anew; choose one")

    def state_folder(self, stage: str) -> Path:
        """Where the state of this run lies: ``state``, or a folder named after the stage and ``out``."""
        if self.state is not None:
            return Path(self.state)
        out = Path(self.out).resolve()
        return Path("state") / f"{stage}-{out.stem}-{hashlib.sha256(str(out).encode()).hexdigest()[:8]}"

    def defining(self) -> dict[str, Any]:
        """The settings on which the result depends, by name."""
        return {name: value for name, value in asdict(self).items() if name not in self.not_defining}

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The default of every setting that has one, by name."""
        found: dict[str, Any] = {}
        for one in fields(cls):
            if one.default is not MISSING:
                found[one.name] = one.default
            elif one.default_factory is not MISSING:
                found[one.name] = one.default_factory()
        return found

    @classmethod
    def of_older_version(cls, then: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
        """Saved settings with the defaults of those of ``now`` that there were not then; all as JSON has them."""
        known = {name: value for name, value in cls.defaults().items() if name in now}
        return json.loads(json.dumps(known)) | then

    def share(self, step: int, minutes: float) -> float:
        """How much of the run is over after so many steps and minutes, 0..1."""
        return max(step / self.steps, minutes / self.minutes if self.minutes else 0.0)

    def minutes_left(self, spent: float, spent_in_call: float) -> float | None:
        """Minutes until the clock ends the run or this call, after so many minutes of each; None if no clock does."""
        ends = []
        if self.max_minutes is not None:
            ends.append(self.max_minutes - spent_in_call)
        if self.minutes:
            ends.append(self.minutes - spent)
        return min(ends, default=None)
