"""Captions for recordings: sentences from the data set's label, checked against measured facts.

Usage::

    from train.captions import examples
    from train.recordings.store import load_motions

    clips = load_motions("data/motions.npz")
    made = examples(clips, "train", random.Random(0))
    made[0].motion      # Motion, 2-10 s at 20 fps (short recordings stay whole)
    made[0].captions    # several sentences, long and prompt-like
    made[0].action      # key for balanced sampling, with made[0].source and made[0].style
    made[0].mirrored()  # mirror image: motion, captions, facts

``examples`` cuts long trials (:mod:`train.captions.cuts`) and can add sub-crops. ``captions`` writes
sentences for one motion with any random generator, so that every epoch can use new ones. A label is used only where
the facts do not contradict it; else the sentences come from the facts alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import Facts, facts
from train.captions import bandai, cmu, rehab
from train.captions.compose import Core, caption, measured_core, short
from train.captions.mirror import mirror_text
from train.recordings.store import Recording

__all__ = ["Example", "action_key", "captions", "make_core", "examples", "mirror_text", "topic_key"]


LEAD = 40
"""Frames of the clauses before that a clause of a chain starts with: 2 s."""
LONGEST_CHAIN = 200
"""Frames of a chain up to which it is an example as a whole too."""
RULE_BASED = ("bandai_namco", "ui_prmd", "cmu")
"""Sources whose captions are made from labels and facts.

Others keep the human captions in ``info``, where they have any.
"""
WHOLE_ONLY = ("authored",)
"""Sources whose captions tell a whole motion: they are not cut, since measured facts alone would misname a piece."""


@dataclass(frozen=True)
class Example:
    """A motion with its captions.

    ``name`` is the recording's, followed by start and end in seconds for a piece (``cmu_14_06@3.2-9.8``); ``kind`` is
    whole, segment or crop. ``action`` (of the recording), ``topic`` (of this piece) and ``style`` are keys for balanced
    sampling. The first ``lead`` frames of the motion show what went before; captions and facts are about the rest.
    """

    name: str
    source: str
    split: str
    kind: str
    action: str
    style: str
    motion: Motion
    captions: list[str]
    facts: Facts
    topic: str = ""
    lead: int = 0

    def mirrored(self) -> Example:
        """The mirror image of the example."""
        motion = self.motion.mirrored()
        return replace(
            self, motion=motion, captions=[mirror_text(c) for c in self.captions],
            facts=facts(motion.slice(self.lead, len(motion))),
            action=mirror_text(self.action), topic=mirror_text(self.topic), name=f"{self.name}|mirrored",
        )  # fmt: skip


def make_core(clip: Recording, measured: Facts, rng: random.Random, whole: bool = True) -> Core:
    """What the clip (or a piece of it, ``whole=False``) shows, as phrases that the facts do not contradict."""
    if clip.source == "bandai_namco":
        return bandai.make_core(clip.info["content"], clip.info["style"], measured, rng)
    if clip.source == "ui_prmd" and whole:
        return rehab.make_core(clip.info["movement"], clip.info.get("correctness") == "correct", measured, rng)
    if clip.source == "cmu":
        return cmu.make_core(clip.label, measured, whole, rng)
    return measured_core(measured, rng)


def captions(
    clip: Recording, motion: Motion, measured: Facts, rng: random.Random, n: int = 6, whole: bool = True
) -> list[str]:
    """``n`` different sentences that are true of ``motion``, a piece of ``clip`` (all of it when ``whole``).

    Human captions are returned where the clip has them; pieces of a recording from a user's own set have its captions
    too. Of the others about a quarter are prompt-like ("walk forward")
    and a tenth are measured descriptions. There can be fewer than ``n``.
    """
    own = clip.source not in RULE_BASED and (whole or "imported" in clip.info)
    human = clip.info.get("captions", "").splitlines() if own else []
    if human:
        return rng.sample(human, min(n, len(human)))
    made: list[str] = []
    for _ in range(4 * n):
        kind = rng.random()
        core = make_core(clip, measured, rng, whole)
        if kind > 0.92:
            core = measured_core(measured, rng, core.manner)
        text = short(core, measured, rng) if kind < 0.25 else caption(core, measured, rng)
        if text not in made and len(text.split()) <= 34:
            made.append(text)
        if len(made) == n:
            break
    return made


def action_key(clip: Recording, measured: Facts, whole: bool = True) -> str:
    """Key for balanced sampling: the recording's own key, the data set's content label, or a CMU note's category."""
    if clip.info.get("action"):
        return clip.info["action"]
    if clip.source == "bandai_namco":
        return clip.info["content"]
    if clip.source == "ui_prmd":
        return clip.info["movement"]
    if clip.source == "cmu":
        category, names = cmu.split_note(clip.label)
        if category:
            return f"cmu {category}"
        return f"cmu {names[0]}" if names else "cmu"
    return clip.source


def topic_key(clip: Recording, measured: Facts, whole: bool = True) -> str:
    """Key for balanced sampling of pieces: the first phrase of a CMU note that holds in the piece, else the action."""
    return (
        f"cmu {cmu.topic_key(clip.label, measured, whole)}"
        if clip.source == "cmu" and not clip.info.get("action")
        else action_key(clip, measured, whole)
    )


def style_key(clip: Recording) -> str:
    """The style key for balanced sampling."""
    return clip.info.get("style") or clip.info.get("correctness") or "normal"


def examples(
    clips: Iterable[Recording], split: str | None, rng: random.Random, n: int = 6, crops: bool = False
) -> list[Example]:
    """Examples of one split (None: of all): short recordings whole, long ones cut, with ``n`` captions each.

    ``crops`` adds random pieces of 2–6 s of recordings longer than 4 s: one each, of CMU recordings, which have many
    activities in one trial, one every four seconds. A recording of a user's own set with human captions stays whole up
    to 10 s and has no crops.
    """
    from train.captions.cuts import LONGEST, Piece, crop, cut

    made = []
    for clip in clips:
        if split is not None and clip.split != split:
            continue
        if "cuts" in clip.info:
            made += clauses(clip, n)
            continue
        told = "imported" in clip.info and "captions" in clip.info
        pieces = cut(clip)
        if clip.source in WHOLE_ONLY or (told and clip.motion.duration <= LONGEST):
            pieces = [Piece(0, len(clip.motion), "whole")]
        elif crops and not told:
            pieces += [piece for _ in range(_crops(clip)) for piece in crop(clip, rng)]
        for piece in pieces:
            motion = clip.motion.slice(piece.start, piece.stop)
            measured = facts(motion)
            whole = piece.kind == "whole"
            name = clip.name if whole else f"{clip.name}@{piece.start / motion.fps:.1f}-{piece.stop / motion.fps:.1f}"
            texts = captions(clip, motion, measured, rng, n, whole)
            motion = replace(motion, text=texts[0])
            made.append(
                Example(
                    name,
                    clip.source,
                    clip.split,
                    piece.kind,
                    action_key(clip, measured, whole),
                    style_key(clip),
                    motion,
                    texts,
                    measured,
                    topic_key(clip, measured, whole),
                )  # fmt: skip
            )
    return made


def clauses(clip: Recording, n: int = 6) -> list[Example]:
    """Examples of a chain: each clause, starting with up to 2 s of what went before, and all of it if it is short.

    The recording's info holds ``cuts``, the first frame of each clause, ``clauses``, the caption or captions of each,
    and optionally ``meanings`` with the ``key`` of each: lists as JSON. ``captions`` tell the whole, one a line.
    """
    info, count = clip.info, len(clip.motion)
    starts, told = json.loads(info["cuts"]), json.loads(info["clauses"])
    keys = [meaning["key"] for meaning in json.loads(info["meanings"])] if "meanings" in info else [""] * len(starts)
    whole = info.get("captions", "").splitlines()[:n]
    key = " ".join(filter(None, (action_key(clip, facts(clip.motion)), info.get("path"))))
    made = []
    if len(starts) == 1:
        words = [whole or told[0]]
        spans = [(0, 0, count, key)]
    else:
        words = [*told, *([whole] if whole and count <= LONGEST_CHAIN else [])]
        spans = [
            (max(0, start - LEAD), start, stop, name or key)
            for start, stop, name in zip(starts, [*starts[1:], count], keys, strict=True)
        ] + [(0, 0, count, "chain")]
    for (first, start, stop, name), texts in zip(spans, words, strict=False):
        texts = [texts] if isinstance(texts, str) else texts[:n]
        motion, measured = replace(clip.motion.slice(first, stop), text=texts[0]), facts(clip.motion.slice(start, stop))
        place = f"{clip.name}@{start / motion.fps:.1f}-{stop / motion.fps:.1f}"
        labels = name, style_key(clip)
        made.append(
            Example(place, clip.source, clip.split, "segment", *labels, motion, texts, measured, name, start - first)
        )
    return made


def _crops(clip: Recording) -> int:
    return max(1, round(clip.motion.duration / 4)) if clip.source == "cmu" else 1
