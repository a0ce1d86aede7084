r"""The published evaluators of HumanML3D and KIT-ML; their weights and the data are the user's.

    python -m train.evaluation.published.official --kind humanml3d --folder HumanML3D \
        --weights checkpoints/t2m --glove glove
    python -m train.evaluation.published.official ... --made FOLDER    # a row of generated features, <clip>.npy
    python -m train.evaluation.published.official ... --model embedded # HumanML3D: motions of our model, as features

``--weights`` holds ``text_mot_match/model/finest.tar`` and the mean and deviation that belong to it; ``--glove``
holds ``our_vab_data.npy``, ``our_vab_words.pkl`` and ``our_vab_idx.pkl``. Clips of the test list with 40 to 196 frames
(KIT-ML: 24 to 196) are used; captions of a part of a clip are skipped.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from hmvlm import HMVLM
from hmvlm.motion.formats.points import HUMANML3D, SMPL_JOINTS
from train.evaluation.evaluator.networks import OFFICIAL, SNIPPET, MovementEncoder, SequenceEncoder
from train.evaluation.metrics import REPEATS, diversity, fid, matching_distance, repeated, top_hits
from train.evaluation.published import humanml3d
from train.evaluation.published.glove import Glove
from train.evaluation.report.tables import Table
from train.loop.settings import option, parse_settings

log = logging.getLogger(__name__)

MAX_TOKENS = 20
MIN_FRAMES = {"humanml3d": 40, "kit": 24}
MAX_FRAMES = 196
BATCH = 32


@dataclass(frozen=True)
class PublishedClip:
    """A test clip: its raw features ``(T, 263)`` or ``(T, 251)`` and its captions as tokens ``word/TAG``."""

    name: str
    features: np.ndarray
    captions: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]


def load_clips(folder: str | Path, kind: str, split: str = "test") -> list[PublishedClip]:
    """Clips of ``<split>.txt`` with ``new_joint_vecs`` and ``texts``, cut to a multiple of 4 frames."""
    folder, clips = Path(folder), []
    names = folder / f"{split}.txt"
    if not names.is_file():
        raise FileNotFoundError(
            f"{names} is missing; give the folder of {kind} with {split}.txt, texts and new_joint_vecs"
        )
    for name in names.read_text(encoding="utf-8").split():
        file, text = folder / "new_joint_vecs" / f"{name}.npy", folder / "texts" / f"{name}.txt"
        if not (file.is_file() and text.is_file()):
            continue
        raw = np.load(file).astype(np.float32)
        rows = [line.split("#") for line in text.read_text(encoding="utf-8").splitlines() if line.strip()]
        whole = [row for row in rows if len(row) > 3 and not float(row[2] or 0) and not float(row[3] or 0)]
        if whole and MIN_FRAMES[kind] <= len(raw) < MAX_FRAMES + 4 and np.isfinite(raw).all():
            tokens = tuple(tuple(row[1].split()) for row in whole)
            clips.append(
                PublishedClip(
                    name, raw[: min(len(raw), MAX_FRAMES) // SNIPPET * SNIPPET], tokens, tuple(row[0] for row in whole)
                )
            )
    if not clips:
        raise ValueError(f"{folder} has no test clip with features and captions")
    return clips


class PublishedEvaluator(nn.Module):
    """The published networks with their weights, word vectors, and the features' mean and deviation."""

    def __init__(self, kind: str, weights: str | Path, glove: Glove) -> None:
        super().__init__()
        if kind not in OFFICIAL:
            raise ValueError(f"there is no published evaluator {kind!r}; choose one of {', '.join(OFFICIAL)}")
        self.config, self.glove = OFFICIAL[kind], glove
        self.movement = MovementEncoder(self.config)
        self.motion = SequenceEncoder(self.config.movement, self.config.motion_hidden, self.config.output)
        self.text = SequenceEncoder(self.config.words, self.config.text_hidden, self.config.output, self.config.tags)
        weights = Path(weights)
        saved = torch.load(weights / "text_mot_match" / "model" / "finest.tar", map_location="cpu", weights_only=True)
        for part, name in (
            (self.movement, "movement_encoder"),
            (self.motion, "motion_encoder"),
            (self.text, "text_encoder"),
        ):
            part.load_state_dict(saved[name])
        mean, std = (next(iter(sorted(weights.rglob(f"{name}.npy"))), None) for name in ("mean", "std"))
        if mean is None or std is None:
            raise FileNotFoundError(
                f"{weights} holds no mean.npy and std.npy, which normalise the features; copy them there"
            )
        self.mean, self.std = np.load(mean).astype(np.float32), np.load(std).astype(np.float32)
        self.eval()

    @torch.no_grad()
    def embed_features(self, rows: Sequence[np.ndarray]) -> np.ndarray:
        """Vectors ``(N, 512)`` of raw feature sequences ``(T, D)``; the four contacts are left out."""
        made = []
        for start in range(0, len(rows), BATCH):
            parts = [
                torch.from_numpy((row - self.mean) / self.std)[:, : self.config.features]
                for row in rows[start : start + BATCH]
            ]
            snippets = [self.movement(part[None])[0] for part in parts]
            lengths = torch.tensor([len(part) for part in snippets])
            made.append(self.motion(pad_sequence(snippets, batch_first=True), lengths))
        return torch.cat(made).numpy()

    @torch.no_grad()
    def embed_tokens(self, captions: Sequence[Sequence[str]]) -> np.ndarray:
        """Vectors ``(N, 512)`` of captions as tokens ``word/TAG``, between the tokens ``sos`` and ``eos``."""
        made = []
        for start in range(0, len(captions), BATCH):
            vectors, tags = [], []
            for tokens in captions[start : start + BATCH]:
                pairs = [self.glove(token) for token in ("sos/OTHER", *tokens[:MAX_TOKENS], "eos/OTHER")]
                vectors.append(torch.from_numpy(np.stack([pair[0] for pair in pairs])))
                tags.append(torch.from_numpy(np.stack([pair[1] for pair in pairs])))
            lengths = torch.tensor([len(rows) for rows in vectors])
            padded = (pad_sequence(rows, batch_first=True) for rows in (vectors, tags))
            words, hot = padded
            made.append(self.text(words, lengths, hot))
        return torch.cat(made).numpy()


def score_table(
    evaluator: PublishedEvaluator,
    clips: list[PublishedClip],
    made: dict[str, dict[str, np.ndarray]],
    kind: str,
    seed: int = 0,
) -> Table:
    """Real motion and rows of generated features by clip name; every repeat samples one caption a clip."""
    real = evaluator.embed_features([clip.features for clip in clips])
    captions = [evaluator.embed_tokens(clip.captions) for clip in clips]
    rows = {}
    for label, features in {"real motion": {clip.name: clip.features for clip in clips}, **made}.items():
        kept = [index for index, clip in enumerate(clips) if clip.name in features]
        vectors = evaluator.embed_features([features[clips[index].name] for index in kept])

        def once(rng: np.random.Generator, kept=kept, vectors=vectors) -> dict[str, float]:
            texts = np.stack([captions[index][rng.integers(len(captions[index]))] for index in kept])
            hits = top_hits(texts, vectors, rng).mean(0)
            values = {f"r{k + 1}": hits[k] for k in range(3)} | {"fid": fid(real, vectors)}
            return values | {"mm": matching_distance(texts, vectors), "diversity": diversity(vectors, rng)}

        row = repeated(once, REPEATS, seed)
        rows[label] = tuple(row[name] for name in ("r1", "r2", "r3", "fid", "mm", "diversity"))
    columns = ("R@1", "R@2", "R@3", "FID", "MM-Dist", "Diversity")
    interval = f"1.96 σ/√{REPEATS} over {REPEATS} repeats"
    return Table(
        f"official_{kind}",
        f"{kind}, published evaluator",
        columns,
        rows,
        "test",
        len(clips),
        f"{seed} to {seed + REPEATS - 1}",
        interval,
    )


def generated(model: str, clips: list[PublishedClip], folder: str | Path) -> dict[str, np.ndarray]:
    """Features by clip name of motions that our model generates for each clip's first caption and length.

    Bones take the lengths of the first clip in ``new_joints``, since all of HumanML3D has one skeleton.
    """
    first = next(iter(sorted((Path(folder) / "new_joints").glob("*.npy"))), None)
    if first is None:
        raise FileNotFoundError(f"{folder}/new_joints is missing; its first file defines the skeleton's bone lengths")
    lengths = humanml3d.bone_lengths(np.load(first).astype(np.float64))
    assistant, made = HMVLM.from_pretrained(model), {}
    for number, clip in enumerate(clips):
        seconds = len(clip.features) / HUMANML3D.fps
        motion = assistant.generate(clip.words[0], seconds=seconds, seed=number)[0]
        joints = motion.resample(HUMANML3D.fps).joints().astype(np.float64)[:, :SMPL_JOINTS]
        made[clip.name] = humanml3d.encode(humanml3d.with_bone_lengths(joints, lengths))
        if (number + 1) % 50 == 0:
            log.info("%d of %d clips", number + 1, len(clips))
    return made


@dataclass(kw_only=True)
class PublishedSettings:
    """Score real and generated motions with a published evaluator."""

    folder: Path = option(help="folder of HumanML3D or KIT-ML with test.txt, texts and new_joint_vecs")
    weights: Path = option(help="folder of the evaluator's weights")
    glove: Path = option(help="folder of the word vectors")
    kind: Literal["humanml3d", "kit"] = option("humanml3d", "data set")
    made: Path | None = option(None, "folder of generated features, one .npy a clip")
    model: str | None = option(None, "preset or folder of our model, to generate a motion a clip")
    most: int | None = option(None, "most clips to measure")

    def __post_init__(self) -> None:
        if self.model is not None and self.kind != "humanml3d":
            raise ValueError("--model needs --kind humanml3d, since our motions are converted to its features only")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(PublishedSettings, argv, __doc__)
    clips = load_clips(settings.folder, settings.kind)[: settings.most]
    made: dict[str, dict[str, np.ndarray]] = {}
    if settings.made is not None:
        files = sorted(settings.made.glob("*.npy"))
        made["generated"] = {path.stem: np.load(path).astype(np.float32) for path in files}
    if settings.model is not None:
        made["HMVLM"] = generated(settings.model, clips, settings.folder)
    evaluator = PublishedEvaluator(settings.kind, settings.weights, Glove(settings.glove))
    print(score_table(evaluator, clips, made, settings.kind).text())


if __name__ == "__main__":
    main()
