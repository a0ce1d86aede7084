r"""Choose exemplars, training motions that guide generation, and write them beside the rankers.

    python -m train.rankers.exemplars --segments data/segments.npz --tokenizer out/tokenizer \
        --retrieval out/rankers --out out/rankers

From every group of segments (a source's topic) a few motions are taken, with their mirror images: more from larger
groups, as different from each other in their measured facts as possible. Each keeps a few captions that are not alike.
Validation and test segments are left out, as are sources whose licence does not let them be passed on.
"""

from __future__ import annotations

import logging
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.config import MOTION_FPS, TEMPORAL_STRIDE, preset
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.motion.facts import facts_of_features
from hmvlm.motion.features import decode
from hmvlm.rankers.exemplars import SCALE, SENTENCE_WEIGHT, Exemplars, sentence_features
from hmvlm.rankers.retrieval import RetrievalModel, mean_states
from hmvlm.tasks.clause_details import count_in
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.loop.settings import option, parse_settings
from train.rankers import projections
from train.segments.segment import Segment, load_segments

log = logging.getLogger("train.rankers")
ALIKE = 0.93
"""Similarity of two captions above which one of them says enough."""
STANDING, UPRIGHT = re.compile(r"\b(?:stands?|standing|stood)\b(?! up)", re.I), 0.96
"""Captions of standing still, and the least posture at the start of a motion that keeps them: they do not mean a
fighter's stance.
"""
PARTIAL = 0.1
"""How much less similar to a recording than its best caption, by the retrieval model, another one may be; less similar
ones tell a part of the motion only.
"""
MADE = ("authored", "composed")
"""Sources that are no recordings; composed motions are made of recordings only."""
EDGES, REST = 2, 0.2
"""Steps at an end in which a body must rest, and its largest speed (m/s, mean of the joints) there."""
MANY_COUNTS = 8
"""Counts of an action from which every one gets exemplars of its own."""
COMPOSED, CHAIN = "composed: ", "composed: chain"


@dataclass(kw_only=True)
class ExemplarSettings:
    """Choose exemplars."""

    segments: list[str] = option(
        ["data/segments.npz"],
        "files of python -m train.segments.prepare; an authored action is taken from the last file that has it",
    )
    tokenizer: str = option("checkpoints/embedded/tokenizer", "folder of the body-part tokenizer")
    retrieval: str = option(help="folder of the retrieval model")
    out: str = option(help="folder to write exemplars.npz to")
    preset: str = option("embedded", "preset whose text encoder embeds the sentences")
    text_encoder: str | None = option(None, "repository or folder of another text encoder, that of the model's gate")
    share: float = option(0.7, "of n motions of a group, this many times the root of n are kept")
    captions: int = option(14, "most captions a motion")
    dim: int = option(48, "numbers of a caption's vector")
    leave_out: list[str] = option(
        ["utd_mhad"], "sources that are left out, and compositions of actions that only they record"
    )


def latest(files: Iterable[list[Segment]]) -> list[Segment]:
    """Segments of several files; an authored action of a later file replaces that of an earlier one."""
    known: list[Segment] = []
    for new in files:
        again = {one.group for one in new if one.source == "authored"}
        known = [one for one in known if one.group not in again] + new
    return known


def chosen(segments: list[Segment], share: float, leave_out: list[str]) -> list[Segment]:
    """Training segments of every group and their mirror images."""
    acts = {one.group.partition(": ")[2] for one in segments if one.source in leave_out}
    elsewhere = {one.group.partition(": ")[2] for one in segments if one.source not in [*leave_out, *MADE]}
    groups: dict[str, list[Segment]] = defaultdict(list)
    for one in segments[::2]:  # the others are their mirror images
        parts = one.group.removeprefix(COMPOSED).partition(" ")[0].split("+") if one.group.startswith(COMPOSED) else []
        bound = any(part in acts and part not in elsewhere for part in parts)
        if one.split == "train" and one.source not in leave_out and not bound and one.group != CHAIN:
            groups[one.group].append(one)
    groups = {name: part for group, known in groups.items() for name, part in by_count(group, known)}
    found: list[Segment] = []
    for _, known in sorted(groups.items()):
        rows = np.stack([one.numbers for one in known if one.numbers is not None])
        rows = (rows - rows.mean(0)) / (rows.std(0) + 1e-3)
        for place in farthest_first(rows.clip(-4, 4), math.ceil(share * math.sqrt(len(known)))):
            other = known[place].mirror
            found += [known[place], *([other] if other is not None else [])]
    return found


def by_count(group: str, known: list[Segment]) -> list[tuple[str, list[Segment]]]:
    """An authored action that is told with many counts, a part for each of them, so that all are represented."""
    parts: dict[int, list[Segment]] = defaultdict(list)
    for one in known:
        told = Counter(count for caption in one.captions if (count := count_in(caption)))
        parts[told.most_common(1)[0][0] if told else 0].append(one)
    if known[0].source != "authored" or len(parts) < MANY_COUNTS:
        return [(group, known)]
    return [(f"{group} {count}", part) for count, part in sorted(parts.items())]


def farthest_first(rows: np.ndarray, count: int) -> list[int]:
    """Numbers of ``count`` rows ``(N, F)``: that nearest to the mean, then each time that farthest from the others."""
    order = [int(((rows - rows.mean(0)) ** 2).sum(1).argmin())]
    nearest = np.full(len(rows), np.inf)
    while len(order) < min(count, len(rows)):
        nearest = np.minimum(nearest, ((rows - rows[order[-1]]) ** 2).sum(1))
        nearest[order] = -1
        order.append(int(nearest.argmax()))
    return order


def unlike(features: Tensor, count: int) -> list[int]:
    """Numbers of at most ``count`` rows ``(N, W)``, in order, whose cosine similarity to one before is not above
    :data:`ALIKE`.
    """
    unit = torch.nn.functional.normalize(features, dim=-1)
    similarity, found = unit @ unit.T, [0]
    for place in range(1, len(unit)):
        if len(found) < count and float(similarity[place, found].max()) <= ALIKE:
            found.append(place)
    return found


@torch.inference_mode()
def features_of(texts: list[str], retrieval: RetrievalModel, batch: int = 128) -> Tensor:
    """Sentence features ``(N, W)``."""
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    found: list[Tensor] = [torch.empty(0)] * len(texts)
    for start in range(0, len(order), batch):
        places = order[start : start + batch]
        states, mask = retrieval.encoder.states([texts[place] for place in places])
        vectors = retrieval.vectors_from_states(states, mask)
        for place, row in zip(places, sentence_features(vectors, mean_states(states, mask)), strict=True):
            found[place] = row
    return torch.stack(found)


def at_rest(codes: Tensor, tokenizer: BodyPartTokenizer) -> Tensor:
    """Codes ``(S, P)`` of a motion whose first and last step, where the body rests there, are those beside them.

    At the ends of a clip the encoder sees half of what it sees elsewhere, and its code for a body at rest is another.
    """
    if len(codes) < 2 * EDGES:
        return codes
    inner = torch.cat([codes[1:2], codes[1:-1], codes[-2:-1]])
    joints = decode(tokenizer.decode_features(inner)).joints()
    speed = np.linalg.norm(np.diff(joints, axis=0), axis=-1).mean(1) * MOTION_FPS
    found = codes.clone()
    frames = EDGES * TEMPORAL_STRIDE
    for place, beside, ends in ((0, 1, speed[:frames]), (-1, -2, speed[-frames:])):
        if ends.max() < REST:
            found[place] = codes[beside]
    return found


@torch.inference_mode()
def build(
    segments: list[Segment],
    tokenizer: BodyPartTokenizer,
    retrieval: RetrievalModel,
    captions: int,
    dim: int,
    groups: Mapping[str, Sequence[str]],
) -> Exemplars:
    """The exemplars of chosen segments; captions of ``groups`` teach which sentences ask for the same."""
    texts = sorted({caption for one in segments for caption in one.captions})
    features = features_of(texts, retrieval)
    groups = groups or {"": texts}
    known = features_of([text for some in groups.values() for text in some], retrieval)
    classes = np.repeat(np.arange(len(groups)), [len(some) for some in groups.values()])
    number = {text: place for place, text in enumerate(texts)}
    owners: dict[int, list[int]] = defaultdict(list)
    starts: list[float] = []
    codes = [at_rest(torch.from_numpy(one.own_codes().astype(np.int64)), tokenizer) for one in segments]
    for row, one in enumerate(segments):
        raw = tokenizer.decode_features(codes[row][None])
        starts.append(facts_of_features(list(raw))[0].posture.start)
        told = [caption for caption in one.captions if starts[-1] >= UPRIGHT or not STANDING.search(caption)]
        places = [number[caption] for caption in dict.fromkeys(told or one.captions)]
        if one.source != "authored":  # whose captions all tell the whole motion
            vector = retrieval.motion_vectors(raw, torch.tensor([raw.shape[1]]))[0]
            fits = (features[places, : len(vector)] @ vector / SENTENCE_WEIGHT).tolist()
            places = [place for place, fit in zip(places, fits, strict=True) if fit > max(fits) - PARTIAL]
        for place in unlike(features[places], captions):
            owners[places[place]].append(row)
    kept = sorted(owners)
    centre, projection = projections.fitted(known, classes, dim)
    vectors = torch.nn.functional.normalize((features[kept] - centre) @ projection, dim=-1)
    return Exemplars(
        [one.numpy() for one in codes],
        np.array(starts, np.float32),
        [texts[place] for place in kept],
        (vectors * SCALE).round().numpy().astype(np.int8),
        [np.array(owners[place]) for place in kept],
        centre.numpy(),
        projection.numpy(),
    )


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(ExemplarSettings, argv, __doc__)
    encoder = TextEncoder.load(settings.text_encoder or preset(settings.preset).text_encoder)
    retrieval = RetrievalModel.from_pretrained(settings.retrieval, encoder)
    known = latest(map(load_segments, settings.segments))
    segments = chosen(known, settings.share, settings.leave_out)
    if not segments:
        raise ValueError(f"no segment of {', '.join(settings.segments)} may be an exemplar; change --leave_out")
    log.info("%d motions of %d groups", len(segments), len({one.group for one in segments}))
    tokenizer = BodyPartTokenizer.from_pretrained(settings.tokenizer)
    groups = projections.captions_of_groups([one for one in known if one.split == "train"])
    made = build(segments, tokenizer, retrieval, settings.captions, settings.dim, groups)
    Path(settings.out).mkdir(parents=True, exist_ok=True)
    made.save(settings.out)
    log.info("%d motions, %d captions written to %s", len(made), len(made.texts), settings.out)


if __name__ == "__main__":
    main()
