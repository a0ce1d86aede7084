"""The plan of a motion: a message as ordered clauses, each with its count, side, path, manner and length.

A message that tells one action is one clause with its text unchanged. Clauses that leave out the subject get it back:
"an old man walks, then sits" is "an old man walks" and "an old man sits". The rules use the verb lists of
``plan_words.json``; a verb that is in none of them does not begin a clause of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from hmvlm.config import MAX_TOTAL_SECONDS, MIN_SECONDS, STEPS_PER_SECOND
from hmvlm.tasks.clause import Clause
from hmvlm.tasks.clause_details import side_in
from hmvlm.tasks.clause_writer import SEQUENCE, ClauseWriter
from hmvlm.tasks.halts import standing
from hmvlm.tasks.held_arms import holding
from hmvlm.tasks.junctions import strong_pieces, weak_pieces
from hmvlm.tasks.order import Piece
from hmvlm.tasks.paraphrases import plain_words
from hmvlm.tasks.repeats import without_repeat
from hmvlm.tasks.returns import TURNS_BACK, returning, turns_round
from hmvlm.tasks.rewording import reworded
from hmvlm.tasks.verbs import in_form

MAX_CLAUSES = 12
_BY = re.compile(
    r"\b(?P<verb>start|begin|end|finish)(?P<form>s|es|ing)?\s+(?:off\s+|up\s+)?(?:by|with)\s+(?=\w+ing\b)", re.I
)
_ON_THE_GROUND = re.compile(
    r"\b(?:crawl\w*|lies?|lying|lays?|rolls?|rolling|pray\w*|beg\w*|(?:push|sit|press)[- ]?ups?|planks?|all fours)\b",
    re.I,
)
_DOWN = frozenset(["sit", "lie", "lay", "kneel", "crawl", "crouch", "squat", "roll", "swim", "perch"])
"""Who does this and stops does not stand."""
_RUN = re.compile(r"\s{20}")


@dataclass(frozen=True)
class Plan:
    """The clauses of a message in order."""

    clauses: tuple[Clause, ...]


def plan(text: str, seconds: float | None = None) -> Plan:
    """The clauses of a message, at most ``MAX_CLAUSES``; the rest stays in the last one.

    Args:
        seconds: length of the whole, shared out over the clauses: lengths that the text states first, the rest in
            equal parts. Stated lengths are stretched or shortened where they alone do not fit.
    """
    text = plain_words(squeezed(text))
    found = split(text)
    if len(found) == 1:
        clause = _reworded(Clause.read(text)).resting()
        length = clause.seconds if seconds is None else seconds
        return Plan((_timed(clause, None if length is None else _clipped(length)),))
    clauses = _in_sequence([Clause.read(one) for one in found])
    stated = [clause.seconds for clause in clauses]
    total = seconds if seconds is not None else MAX_TOTAL_SECONDS if None not in stated else None
    lengths = shared(stated, seconds, total)
    return Plan(tuple(map(_timed, clauses, lengths if seconds is None else _in_steps(lengths))))


def squeezed(text: str) -> str:
    """A text with a long run of white space, of which patterns take the square in time, with single spaces only."""
    if not _RUN.search(text):
        return text
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _in_sequence(clauses: list[Clause]) -> list[Clause]:
    """The clauses with prompts that mind the one before: stopping after a gait is standing still for a moment, and the
    way back is ahead after a turn round.
    """
    made = [_reworded(clauses[0])]
    for number, (before, clause) in enumerate(zip(clauses, clauses[1:]), start=1):
        if _DOWN.isdisjoint(before.acts) and (still := standing(clause.text)) is not None:
            clause = replace(clause, prompt=still, halt=True)
        elif (ahead := returning([one.text for one in clauses[:number]], clause.text)) is not None:
            clause = _going_back(clause, ahead, before)
        if clause.gets_up or _ON_THE_GROUND.search(clause.asked):
            made[-1] = replace(made[-1], stays_down=True)
        made.append(_reworded(clause, clauses[:number]))
    made = [clause.resting() for clause in made]
    for number, (before, clause) in enumerate(zip(made, made[1:]), start=1):
        down = before.depth is not None or made[number - 1].still_down
        if down and not clause.gets_up and not clause.travels:
            made[number] = replace(clause, still_down=True)
    return holding(made)


def _going_back(clause: Clause, ahead: str, before: Clause) -> Clause:
    """A clause that goes back by what ``ahead`` says, after the clause before: by as many steps, if it tells none."""
    if TURNS_BACK.search(ahead) or turns_round(before.text):
        return replace(clause, prompt=ahead, returns=True)
    count = before.count if clause.count is None else clause.count
    return replace(clause, prompt=ahead, sought=ahead, count=count, side=clause.side or side_in(ahead))


def _reworded(clause: Clause, before: Sequence[Clause] = ()) -> Clause:
    said = reworded(clause.asked, [one.asked for one in before])
    return clause if said == clause.asked else replace(clause, prompt=said)


def _timed(clause: Clause, seconds: float | None) -> Clause:
    return replace(clause, seconds=seconds)


def _clipped(seconds: float) -> float:
    return min(max(seconds, MIN_SECONDS), MAX_TOTAL_SECONDS)


def shared(stated: list[float | None], seconds: float | None, limit: float | None) -> list[float | None]:
    """Lengths of clauses of which ``stated`` ones are known, together ``seconds`` if given, at most ``limit``."""
    known = sum(one for one in stated if one is not None)
    if seconds is None:
        shrink = min(1.0, limit / known) if limit and known else 1.0
        return [None if one is None else max(one * shrink, MIN_SECONDS) for one in stated]
    seconds, open_clauses = _clipped(seconds), stated.count(None)
    rest = seconds - known
    if open_clauses and rest >= open_clauses * 2 * MIN_SECONDS:
        return [rest / open_clauses if one is None else one for one in stated]
    weights = [one if one is not None else max(known / max(len(stated) - open_clauses, 1), 1.0) for one in stated]
    return [max(seconds * weight / sum(weights), MIN_SECONDS) for weight in weights]


def _in_steps(lengths: list[float | None]) -> list[float | None]:
    """Lengths whose ends are rounded to time steps, so that rounding does not change the whole."""
    ends = [round(end * STEPS_PER_SECOND) for end in accumulate(length or 0.0 for length in lengths)]
    return [(end - before) / STEPS_PER_SECOND for before, end in zip([0, *ends], ends)]


def split(text: str) -> list[str]:
    """The prompts of a message's actions in order; the message itself where it tells one."""
    once, times = without_repeat(text)
    clauses = _split(once)
    most = MAX_CLAUSES // len(clauses)
    return clauses * min(times, most) if times > 1 and most > 1 else _split(text)


def _split(text: str) -> list[str]:
    pieces = [
        Piece(_by_removed(body), piece.main or number > 0)
        for piece in strong_pieces(SEQUENCE.sub("", text.strip()))
        for number, body in enumerate(weak_pieces(_by_removed(piece.text)))
    ]
    if len(pieces) < 2 or len(pieces) > MAX_CLAUSES:
        pieces = pieces if len(pieces) < 2 else _merged(pieces)
    if len(pieces) < 2:
        return [text]
    writer = ClauseWriter()
    if not pieces[0].main:
        writer.take_subject(next((piece.text for piece in pieces if piece.main), pieces[0].text))
    return [writer.write(piece.text) for piece in pieces]


def _merged(pieces: list[Piece]) -> list[Piece]:
    rest = pieces[MAX_CLAUSES - 1 :]
    return [*pieces[: MAX_CLAUSES - 1], Piece(", ".join(piece.text for piece in rest), rest[0].main)]


def _by_removed(text: str) -> str:
    """ "starts by walking" as "walks"."""
    found = _BY.search(text)
    if found is None:
        return text
    rest = text[found.end() :]
    head = rest.split(maxsplit=1)[0]
    form = {"ing": "ing", "s": "s", "es": "s"}.get((found["form"] or "").lower(), "base")
    return text[: found.start()] + in_form(head, form) + rest[len(head) :]
