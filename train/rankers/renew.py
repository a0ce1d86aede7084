r"""Perform authored actions anew for a store of exemplars, and replace those that it has of them.

    python -m train.rankers.renew --exemplars checkpoints/embedded/rankers --retrieval checkpoints/embedded/rankers \
        --recordings data/motions.npz --actions knock clap --out out/rankers

Every action is performed many times, slower and larger too, and those performances are kept of which most survives the
tokenizer, with every count and manner that captions tell. Their codes are then searched for those that decode nearest
to the performance. What ``dropped.json`` names is left out. Vectors of captions are made by the store's own projection.
"""

from __future__ import annotations

import hashlib
import json
import logging
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from hmvlm.config import preset
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.motion.facts import facts_of_features
from hmvlm.rankers.exemplars import SCALE, Exemplars
from hmvlm.rankers.retrieval import RetrievalModel
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.authored.bases import Bases, default_recordings, load_bases
from train.authored.recognised import action_of
from train.authored.registry import load_actions
from train.captions import mirror_text
from train.loop.settings import option, parse_settings
from train.rankers.exemplars import at_rest, features_of, unlike
from train.rankers.takes import Take, best, bettered, performed

log = logging.getLogger("train.rankers")
DROPPED = Path(__file__).with_name("dropped.json")


@dataclass(kw_only=True)
class RenewSettings:
    """Perform authored actions anew for a store of exemplars."""

    exemplars: str = option(help="folder of the exemplars.npz to renew")
    tokenizer: str = option("checkpoints/embedded/tokenizer", "folder of the body-part tokenizer")
    retrieval: str = option(help="folder of the retrieval model")
    preset: str = option("embedded", "preset whose text encoder embeds the sentences")
    text_encoder: str | None = option(None, "repository or folder of another text encoder, that of the model's gate")
    recordings: str | None = option(None, "recordings file for the base bodies; by default HMVLM_RECORDINGS")
    actions: list[str] = option([], "keys of actions to perform; all by default; none only leaves out what is dropped")
    performed: str | None = option(
        None, "folder of another exemplars.npz to take the actions from, instead of performing them"
    )
    takes: int = option(3, "performances of each count and manner")
    tempo: list[float] = option([0.5, 1.1], "slowest and fastest tempo")
    most: int = option(9, "most performances of an action that are kept, with as many mirror images")
    captions: int = option(14, "most captions a motion")
    tries: int = option(8, "nearest codes that are tried at a step of a part; 0 leaves the encoder's")
    sweeps: int = option(2, "times that all steps of all parts are tried")
    alike: float = option(0.97, "similarity from which on one of two captions of a motion is left out")
    seed: int = option(0, "of the performances")
    dropped: str = option(str(DROPPED), "file of motions and captions to leave out, with a reason each")
    out: str = option(help="folder to write exemplars.npz to")


@dataclass(frozen=True)
class Entry:
    """A motion of a store: codes ``(S, 5)``, posture at the start, captions."""

    codes: np.ndarray
    posture: float
    captions: tuple[str, ...]


def name_of(codes: np.ndarray) -> str:
    """Short name of a motion by its codes ``(S, 5)``, as ``dropped.json`` names it."""
    return hashlib.sha256(np.ascontiguousarray(codes, np.int16).tobytes()).hexdigest()[:12]


def entries(store: Exemplars) -> list[Entry]:
    """The motions of a store."""
    rows = zip(store.codes, store.postures, store.captions, strict=True)
    return [Entry(codes, float(posture), tuple(captions)) for codes, posture, captions in rows]


def without(known: Iterable[Entry], dropped: Sequence[dict]) -> list[Entry]:
    """Motions without those dropped, and without the captions dropped, of all motions or of one of them.

    Raises:
        ValueError: an entry of ``dropped`` without a motion or a caption, or without a reason.
    """
    motions, captions = set(), set()
    for one in dropped:
        if not one.get("reason") or not ({"motion", "caption"} & one.keys()):
            raise ValueError(f"{one} needs a motion or a caption, and a reason")
        if "caption" in one:
            captions.add((one.get("motion", ""), one["caption"]))
        else:
            motions.add(one["motion"])
    found = []
    for entry in known:
        name = name_of(entry.codes)
        told = tuple(text for text in entry.captions if not {("", text), (name, text)} & captions)
        if told and name not in motions:
            found.append(Entry(entry.codes, entry.posture, told))
    return found


def takes_of(key: str, bases: Bases, tokenizer: BodyPartTokenizer, settings: RenewSettings) -> list[Take]:
    """The performances of an action that are kept."""
    entry = load_actions()[key]
    rng = np.random.default_rng([settings.seed, zlib.crc32(key.encode())])
    ordinary = min(settings.tempo[1], entry.tempo[1])
    made = list(performed(entry, bases, tokenizer, rng, settings.takes, settings.tempo))
    kept = best(made, ordinary, settings.most)
    found = [bettered(take, tokenizer, settings.tries, settings.sweeps) if settings.tries else take for take in kept]
    log.info("%s: %s as performed, %s kept", key, _mean([t for t in made if t.tempo == ordinary]), _mean(found))
    return found


def _mean(takes: list[Take]) -> str:
    rows = np.array([[take.left.strokes, 1000 * take.left.error, 1000 * take.left.contact] for take in takes])
    strokes, error, contact = rows.mean(0)
    return f"{len(takes)} with strokes {strokes:.2f}, hands {error:.0f} mm, contacts {contact:.0f} mm"


def motions_of(take: Take, tokenizer: BodyPartTokenizer) -> list[Entry]:
    """A take and its mirror image."""
    found = []
    for codes, captions in zip(take.codes, (take.captions, [mirror_text(text) for text in take.captions]), strict=True):
        rested = at_rest(codes, tokenizer)
        posture = facts_of_features(list(tokenizer.decode_features(rested[None])))[0].posture.start
        found.append(Entry(rested.numpy(), posture, tuple(captions)))
    return found


def renewed(store: Exemplars, known: list[Entry], new: list[Entry], retrieval: RetrievalModel, most: int) -> Exemplars:
    """A store of motions that it has and of new ones, of whose captions at most ``most`` unlike ones are kept."""
    texts = sorted({text for one in new for text in one.captions})
    features = features_of(texts, retrieval) if texts else torch.zeros(0, len(store.centre))
    number = {text: place for place, text in enumerate(texts)}
    owners: dict[str, list[int]] = defaultdict(list)
    for row, one in enumerate(known):
        for text in one.captions:
            owners[text].append(row)
    for row, one in enumerate(new, start=len(known)):
        places = [number[text] for text in dict.fromkeys(one.captions)]
        for place in unlike(features[places], most):
            owners[texts[places[place]]].append(row)
    vectors = dict(zip(store.texts, store.vectors, strict=True)) | dict(
        zip(texts, store.project(features), strict=True)
    )
    kept = sorted(owners)
    return Exemplars(
        [one.codes for one in (*known, *new)],
        np.array([one.posture for one in (*known, *new)], np.float32),
        kept,
        (torch.stack([vectors[text] for text in kept]) * SCALE).round().numpy().astype(np.int8),
        [np.array(owners[text]) for text in kept],
        store.centre.numpy(),
        store.projection.numpy(),
    )


def _taken(folder: str, keys: list[str]) -> list[Entry]:
    """The motions of actions in another store."""
    return [
        one for one in entries(Exemplars.from_pretrained(folder)) if action_of(one.captions, load_actions()) in keys
    ]


def _performed(keys: list[str], tokenizer: BodyPartTokenizer, settings: RenewSettings) -> list[Entry]:
    """New performances of actions and their mirror images."""
    found: list[Entry] = []
    for key in keys:
        bases = load_bases(settings.recordings or str(default_recordings()))
        for take in takes_of(key, bases, tokenizer, settings):
            found += motions_of(take, tokenizer)
    return found


def pruned(store: Exemplars, alike: float) -> Exemplars:
    """The store without captions that every one of their motions has in nearly the same words, longer ones first.

    Args:
        alike: cosine similarity of captions' vectors from which on one of them says enough.
    """
    vectors = torch.nn.functional.normalize(store.vectors, dim=-1)
    told: list[set[int]] = [set() for _ in store.codes]
    for text, motions in enumerate(store.owners):
        for motion in motions.tolist():
            told[motion].add(text)
    for text in sorted(range(len(store.texts)), key=lambda one: -len(store.texts[one])):
        others = [sorted(told[motion] - {text}) for motion in store.owners[text].tolist()]
        if all(some and float((vectors[some] @ vectors[text]).max()) >= alike for some in others):
            for motion in store.owners[text].tolist():
                told[motion].discard(text)
    kept = sorted(set().union(*told))
    return Exemplars(
        store.codes,
        store.postures,
        [store.texts[text] for text in kept],
        (store.vectors[kept] * SCALE).round().numpy().astype(np.int8),
        [store.owners[text] for text in kept],
        store.centre.numpy(),
        store.projection.numpy(),
    )


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(RenewSettings, argv, __doc__)
    keys = settings.actions or sorted(load_actions())
    if keys == ["none"]:
        keys = []
    if unknown := sorted(set(keys) - load_actions().keys()):
        raise ValueError(f"unknown action {unknown[0]!r}; train/phrasings/actions.txt has them all")
    store = Exemplars.from_pretrained(settings.exemplars)
    encoder = TextEncoder.load(settings.text_encoder or preset(settings.preset).text_encoder)
    retrieval = RetrievalModel.from_pretrained(settings.retrieval, encoder)
    tokenizer = BodyPartTokenizer.from_pretrained(settings.tokenizer)
    before = entries(store)
    known = without(before, json.loads(Path(settings.dropped).read_text(encoding="utf-8")))
    log.info("%d of %d motions dropped", len(before) - len(known), len(before))
    known = [one for one in known if action_of(one.captions, load_actions()) not in keys]
    log.info("%d motions of other actions stay", len(known))
    new = _taken(settings.performed, keys) if settings.performed else _performed(keys, tokenizer, settings)
    made = pruned(renewed(store, known, new, retrieval, settings.captions), settings.alike)
    Path(settings.out).mkdir(parents=True, exist_ok=True)
    made.save(settings.out)
    log.info("%d motions, %d captions written to %s", len(made), len(made.texts), settings.out)


if __name__ == "__main__":
    main()
