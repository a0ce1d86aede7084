"""The configuration file of a run over all stages, read and checked before anything runs."""

from __future__ import annotations

import dataclasses
import importlib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Stage:
    """A stage: its module, the class of its settings, and the name of its record; None where it trains nothing."""

    module: str
    kind: str
    record: str | None = None

    def settings(self) -> Any:
        """The class of its settings."""
        return getattr(importlib.import_module(self.module), self.kind)


STAGES = {
    "tokenizer": Stage("train.tokenizer.stage1", "Stage1Settings", "stage1"),
    "tokenizer-decoders": Stage("train.tokenizer.refine_decoders", "RefineSettings", "refine_decoders"),
    "segments": Stage("train.segments.prepare", "Settings"),
    "retrieval-ranker": Stage("train.rankers.retrieval", "RetrievalSettings", "retrieval"),
    "activity-ranker": Stage("train.rankers.activity", "ActivitySettings", "activity"),
    "facts-ranker": Stage("train.rankers.facts_ranker", "FactsRankerSettings", "facts_ranker"),
    "exemplars": Stage("train.rankers.exemplars", "ExemplarSettings"),
    "stage2": Stage("train.instruct.stage2", "Stage2Settings", "stage2"),
}
"""The stages that a configuration may name, in the order of the pipeline."""
SHARED = "text_encoder"
"""Option of stage 2 that holds for all stages: rankers read the sentence features of the model's gate."""
NEEDED = ("tokenizer", "segments", "stage2")
WIRED = ("data", "tokenizer", "segments", "dialogue", "out", "state", "resume", "overwrite", "model", "retrieval")
"""Options that the pipeline itself sets."""
SMOKE: dict[str, dict[str, Any]] = {
    "tokenizer": {"steps": 4, "batch": 4, "codes": 16, "window": 32, "eval_every": 4, "log_every": 1},
    "tokenizer-decoders": {"steps": 2, "batch": 2},
    "segments": {"captions": 3, "questions": 4, "order": 0, "workers": 1},
    "retrieval-ranker": {"steps": 2, "batch": 4, "eval_every": 2},
    "activity-ranker": {"steps": 4},
    "facts-ranker": {"steps": 2, "batch": 4},
    "exemplars": {"captions": 3},
    "stage2": {
        "steps": 3, "positions": 300, "eval_every": 3, "eval_batches": 1, "log_every": 1, "dialogue_batch": 4,
    },
}  # fmt: skip


@dataclass
class DataSet:
    """One entry of ``data``: a set to import, or a file of recordings that exists."""

    set: str | None = None
    folder: str | None = None
    file: str | None = None
    source: str | None = None
    weight: float = 1.0
    labels: str | None = None
    val: float = 0.05
    test: float = 0.05

    def __post_init__(self) -> None:
        if (self.file is None) == (self.set is None or self.folder is None):
            raise ValueError("an entry of data has either file, or set and folder")
        idle = [one.name for one in fields(self) if one.name not in ("file", "source")]
        given = [name for name in idle if getattr(self, name) != getattr(type(self), name)]
        if self.file is not None and given:
            raise ValueError(
                f"{given[0]} of data does nothing beside file: {self.file} has been imported already; remove it"
            )

    @property
    def name(self) -> str:
        """Name of its file of recordings."""
        return self.source or self.set or Path(str(self.file)).stem

    def arguments(self, out: Path) -> list[str]:
        """Arguments of ``hmvlm-train import``."""
        words = [str(self.set), str(self.folder), "--out", str(out), "--weight", f"{self.weight:g}"]
        words += ["--val", f"{self.val:g}", "--test", f"{self.test:g}"]
        for name in ("source", "labels"):
            if getattr(self, name):
                words += [f"--{name}", str(getattr(self, name))]
        return words


@dataclass
class Configuration:
    """A configuration file.

    Attributes:
        out: folder of all results; the checkpoint is ``out/checkpoint``.
        data: sets, imported in this order and joined.
        dialogue: folder with Dolly's prompts.
        stages: options of each stage; stages without an entry are left out, but for the needed ones.
        launch: words before ``-m train.cli`` for the stages that train long, for example ``torchrun
            --nproc-per-node 4``; empty runs them in this process.
        preset, device: for all stages.
    """

    out: str
    data: list[DataSet]
    dialogue: str
    stages: dict[str, dict[str, Any]] = field(default_factory=dict)
    launch: list[str] = field(default_factory=list)
    preset: str = "embedded"
    device: str = "cpu"

    @staticmethod
    def load(path: Path, smoke: bool = False) -> Configuration:
        """Read and check a file; ValueError in one sentence that names what is wrong."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise ValueError(f"{path} is no YAML: {' '.join(str(error).split())}") from None
        if not isinstance(content, dict):
            raise ValueError(f"{path} must be a list of keys and values, such as out: out/own")
        _known(content, Configuration, f"{path}")
        for key in ("out", "data", "dialogue"):
            if not content.get(key):
                raise ValueError(f"{path} has no {key}")
        sets = []
        for entry in content["data"]:
            _known(entry, DataSet, f"{path}, data")
            sets.append(DataSet(**entry))
        names = [one.name for one in sets]
        if len(set(names)) < len(names):
            raise ValueError(
                f"{path}: two entries of data are called {max(names, key=names.count)!r}; give each a source"
            )
        made = Configuration(**content | {"data": sets, "stages": content.get("stages") or {}})
        made._complete(smoke)
        return made

    def _complete(self, smoke: bool) -> None:
        """Needed stages, smoke settings, and a check of every option's name and value before anything runs."""
        unknown = set(self.stages) - set(STAGES)
        if unknown:
            raise ValueError(f"stages has {sorted(unknown)[0]!r}; known are {', '.join(STAGES)}")
        if smoke:
            self.out, self.launch = f"{self.out}-smoke", []
        for name in STAGES:
            if name in self.stages or name in NEEDED:
                given = dict(self.stages.get(name) or {})
                wired = sorted(set(given) & set(WIRED))
                if wired:
                    raise ValueError(f"stages, {name}: {wired[0]} is set by the run itself; leave it out")
                self.stages[name] = given | (SMOKE[name] if smoke else {})
                self._check(name)
        self.stages = {name: self.stages[name] for name in STAGES if name in self.stages}

    def _check(self, name: str) -> None:
        settings = STAGES[name].settings()
        names = {one.name for one in dataclasses.fields(settings)}
        unknown = sorted(set(self.stages[name]) - names)
        if unknown:
            raise ValueError(f"stages, {name}: there is no option {unknown[0]!r}; see hmvlm-train {name} --help")
        encoder = (self.stages.get("stage2") or {}).get(SHARED)
        if self.stages[name].get(SHARED, encoder) != encoder:
            raise ValueError(f"stages, {name}: {SHARED} must be that of stage2, {encoder}; leave it out")
        given = {"preset": self.preset, "device": self.device} | ({SHARED: encoder} if encoder else {})
        self.stages[name] = {key: value for key, value in given.items() if key in names} | self.stages[name]
        required = [one.name for one in dataclasses.fields(settings) if _required(one)]
        settings(**dict.fromkeys(required, name) | self.stages[name])  # the run gives the required ones later


def _required(one: dataclasses.Field) -> bool:
    return one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING


def _known(content: Any, kind: type, where: str) -> None:
    names = [one.name for one in dataclasses.fields(kind)]
    unknown = sorted(set(content) - set(names)) if isinstance(content, dict) else [str(content)]
    if unknown:
        raise ValueError(f"{where}: {unknown[0]!r} is not known; there are {', '.join(names)}")


def words(options: dict[str, Any]) -> list[str]:
    """Options as a command line."""
    made: list[str] = []
    for name, value in options.items():
        if value is None or value == []:
            continue
        values = value if isinstance(value, list) else [value]
        made += [f"--{name}", *(str(one) for one in values)]
    return made
