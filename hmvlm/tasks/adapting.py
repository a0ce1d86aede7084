"""Exemplars made to fit a clause: on its course, in its tempo, back to where the motion began.

An exemplar is decoded, changed, and encoded again; the codes are as good as those of a recording.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from hmvlm.body.skeleton import INDEX
from hmvlm.config import MIN_STEPS, TEMPORAL_STRIDE
from hmvlm.motion.facts import facts_of_features
from hmvlm.motion.facts.signals import SIDES
from hmvlm.motion.features import POSITIONS, trajectory
from hmvlm.motion.hand_placing import hanging
from hmvlm.motion.steering import about, steered, turned, way
from hmvlm.rankers.exemplars import Exemplar
from hmvlm.tasks.composites import ARMS
from hmvlm.tasks.courses import SHORTEST, course_of, lengths_of
from hmvlm.tasks.placed_hands import hands_in, with_hands
from hmvlm.tasks.plan import Clause
from hmvlm.tasks.tempo import stretch, stretched, tempo_in

SEAM = 9.0
"""Largest distance of two steps between which an exemplar may be repeated."""
CYCLE = 4
"""Steps of a cycle at least."""
ROUNDING = 0.35
"""Deviation (s) of the Gaussian that rounds a turn round."""
BEFORE_TURN = 0.3
"""Metres that a body goes on before it turns round."""
FARTHEST = 5.0
"""Metres of a way back at most."""
FAR = 1.8
"""Metres of a way to a goal at least."""
_FAR = re.compile(
    r"\b(?:across|few (?:met(?:er|re)s|yards|feet)|long way|far|from \w+(?: \w+)* to"
    r"|to the (?:\w+ )?(?:wall|door|end|side|edge|corner))\b"
)
HANDS = [INDEX[f"{side}_wrist"] - 1 for side in SIDES]
RAISED, MOVED = 0.85, 0.25
"""Share of its largest distance from where it hangs from which on a hand is where it is put; and that distance (m)."""
HANG = torch.tensor([[0.3, -0.1, 0.05], [-0.3, -0.1, 0.05]])
"""Where the wrists of a body that stands with hanging arms are, from the pelvis (m)."""
SHORT_COURSE = 10
"""Steps of a part of a circle at least: 2 s."""
RESTS = 10
"""Steps for which a body that ends down is seen there: 2 s."""
HANGING = 0.12
"""Height (m) over the pelvis under which both hands hang."""
STILL = 6
"""Steps of a pose of which the codes of standing still are taken."""
AROUND = 130.0
"""Degrees from which on an exemplar turns round by itself."""


class Adapting:
    """Changes exemplars.

    Args:
        frames: features ``(4 S, 221)`` of codes ``(S, 5)``. encode: codes of features; None where nothing is changed.
        vectors: codebook vectors ``(S, 5, D)`` of codes.
    """

    def __init__(
        self,
        frames: Callable[[list[Tensor]], list[Tensor]],
        encode: Callable[[Tensor], Tensor] | None,
        vectors: Callable[[Tensor], Tensor],
    ) -> None:
        self.frames, self.encode, self.vectors = frames, encode, vectors

    def on_course(self, found: list[Exemplar], clause: Clause, longest: int) -> list[Exemplar]:
        """The exemplars along the course of a clause; those that go nowhere are left out where others go somewhere."""
        if self.encode is None or not found or not clause.path or not clause.travels:
            return found
        least, most = lengths_of(clause)
        tempo = max(1.0, tempo_in(clause.asked))
        long = [self.lasting(one, raw, least, longest) for one, raw in self._decoded(found)]
        made = []
        for one, raw in self._decoded(long):
            steps = max(self._steps_of(raw, most), SHORT_COURSE) if way(raw) > most else len(one.codes)
            if least and tempo * steps > longest:  # a slow motion has no time for more
                steps = min(steps, max(self._steps_of(raw, 1.15 * least), int(longest / tempo)))
            raw = raw[: steps * TEMPORAL_STRIDE]
            course = course_of(clause, raw)
            changed = steered(raw, course) if course is not None else raw
            codes = one.codes[: len(raw) // TEMPORAL_STRIDE] if course is None else self.encode(changed)
            made.append((way(raw), replace(one, codes=codes)))
        if all(course_of(clause, raw) is None for _, raw in self._decoded(long[:1])):
            return [one for _, one in made]
        return [one for done, one in made if done >= max(SHORTEST, 0.6 * least)] or [one for _, one in made]

    def far(self, found: list[Exemplar], clause: Clause, longest: int) -> list[Exemplar]:
        """The exemplars long enough to get to a goal that a clause of a gait names."""
        if clause.path or clause.returns or not clause.gait or not found or not _FAR.search(clause.asked.lower()):
            return found
        return [self.lasting(one, raw, FAR, longest) for one, raw in self._decoded(found)]

    def in_tempo(self, found: list[Exemplar], clause: Clause, longest: int) -> list[Exemplar]:
        """The exemplars as slow or fast as a clause tells."""
        if self.encode is None or not found or tempo_in(clause.asked) == 1.0:
            return found
        made = []
        for one, raw in self._decoded(found):
            factor = min(stretch(clause.asked, one.text, facts_of_features([raw])[0]), longest / len(one.codes))
            steps = factor * len(one.codes)
            changed = abs(factor - 1) > 0.05 and steps >= MIN_STEPS
            made.append(replace(one, codes=self.encode(stretched(raw, factor))) if changed else one)
        return made

    def back(self, found: list[Exemplar], clause: Clause, before: Tensor, longest: int) -> list[Exemplar]:
        """The exemplars on the way back to where a motion ``(S, 5)`` began, or to a side that the clause names: they
        turn there first, and end after as long a way.
        """
        if self.encode is None or not found or not len(before):
            return found
        places, heading = trajectory(self.frames([before])[0])
        gone = (places[0] - places[-1])[[0, 2]].double().numpy()
        distance = float(np.linalg.norm(gone))
        angle = math.degrees(math.atan2(gone[0], gone[1]) - float(heading[-1])) if distance > 0.5 else 180.0
        if clause.side in SIDES:
            sideways = distance * math.sin(math.radians(angle))
            angle = 90.0 if clause.side == "left" else -90.0
            distance = max(sideways * math.copysign(1.0, angle), 0.0)
        angle = (angle + 180) % 360 - 180
        distance = min(max(distance, SHORTEST), FARTHEST) + 2 * BEFORE_TURN
        made = []
        for one, raw in self._decoded([self.lasting(o, r, distance, longest) for o, r in self._decoded(found)]):
            length = way(raw)
            if length < SHORTEST / 2:
                continue
            if abs(turned(raw)) < AROUND or clause.side:
                raw = steered(raw, about(angle, min(0.3, BEFORE_TURN / length)), ROUNDING)
            steps = self._steps_of(raw, distance)
            made.append(replace(one, codes=self.encode(raw[: steps * TEMPORAL_STRIDE])))
        return made or found

    def held(self, found: list[Exemplar]) -> list[Exemplar]:
        """The exemplars until the arms leave where they are first put, away from where they hang."""
        kept = []
        for one, raw in self._decoded(found):
            away = (_hands(raw) - HANG.to(raw)).norm(dim=-1).reshape(-1, TEMPORAL_STRIDE, len(HANDS)).mean(1)
            moved = away[:, away.amax(0) > MOVED]
            share = (moved / moved.amax(0)).amin(-1) if moved.shape[1] else moved.new_zeros(len(moved))
            far = (share >= RAISED).tolist()
            begin = far.index(True) if True in far else len(far)
            stop = next((step for step in range(begin, len(far)) if share[step] < RAISED - 0.05), len(far))
            kept.append(replace(one, codes=one.codes[: max(stop, MIN_STEPS)]))
        return kept

    def with_hands(self, found: list[Exemplar], clause: Clause) -> list[Exemplar]:
        """The exemplars with the hands where a clause puts them."""
        hands = hands_in(clause.asked) if self.encode is not None else []
        if self.encode is None or not hands:
            return found
        made = []
        for one, raw in self._decoded(found):
            codes, changed = one.codes.clone(), self.encode(with_hands(raw, clause.asked))
            for hand in hands:
                arm = ARMS[SIDES.index(hand.side)]
                codes[:, arm] = changed[:, arm]
            made.append(replace(one, codes=codes))
        return made

    def resting(self, one: Exemplar, down: int, longest: int) -> Exemplar:
        """An exemplar that is down from a step on and stays in its last pose until that has been seen."""
        steps = min(longest, down + RESTS) - len(one.codes)
        if self.encode is None or steps <= 0:
            return one
        return replace(one, codes=torch.cat([one.codes, self._still(one.codes).repeat(steps, 1)]))

    def _still(self, codes: Tensor) -> Tensor:
        """Codes ``(5,)`` of a body that stays as it is at the end of a motion ``(S, 5)``."""
        assert self.encode is not None
        return self.encode(self.frames([codes])[0][-1:].repeat(STILL * TEMPORAL_STRIDE, 1))[STILL // 2]

    def with_arms(self, found: list[Exemplar], before: Tensor) -> list[Exemplar]:
        """The exemplars with the arms as they are at the end of a motion ``(S, 5)``."""
        last = (before[-1] if self.encode is None else self._still(before))[ARMS]
        made = []
        for one in found:
            codes = one.codes.clone()
            codes[:, ARMS] = last
            made.append(replace(one, codes=codes))
        return made

    def lowered_arms(self, before: Tensor) -> Tensor | None:
        """Codes ``(S, 5)`` of a body that lets its arms down after a motion ``(S, 5)`` in which it has raised them: the
        raising of the arms backwards, where it was seen. None where they hang already.
        """
        if self.encode is None:
            return None
        raw = self.frames([before])[0]
        away = _hands_away(raw, raw[-1]).amax(-1)
        height = _hands(raw)[..., 1].amax(-1).reshape(-1, TEMPORAL_STRIDE).mean(1)
        low = ((away > MOVED) & (height < HANGING)).nonzero()[:, 0]
        up = (height >= height[-1] - 0.1).nonzero()[:, 0]
        if height[-1] < HANGING + 0.1:
            return None
        if len(low):
            stop = int(up[up > low[-1]][0]) + 1
            frames = raw[int(low[-1]) * TEMPORAL_STRIDE : stop * TEMPORAL_STRIDE].flip(0)
        else:
            frames = hanging(raw[-1])
        rest = frames[-1:].repeat(STILL * TEMPORAL_STRIDE, 1)
        arms = self.encode(torch.cat([frames, rest]))
        still = self.encode(raw[-1:].repeat(STILL * TEMPORAL_STRIDE, 1))[STILL // 2]
        codes = still.repeat(len(arms), 1)
        codes[:, ARMS] = arms[:, ARMS]
        return codes

    def lasting(self, one: Exemplar, raw: Tensor, length: float, longest: int) -> Exemplar:
        """An exemplar whose steps are repeated until it goes a length (m), where a stretch of it can be repeated."""
        done = way(raw)
        if done >= length or done < SHORTEST / 4:
            return one
        wanted = min(longest, math.ceil(len(one.codes) * length / done))
        vectors = self.vectors(one.codes)
        away = torch.cdist(vectors.transpose(0, 1), vectors.transpose(0, 1)).sum(0)
        first, last = np.triu_indices(len(one.codes), CYCLE)
        fits = [(b - a, a, b) for a, b in zip(first.tolist(), last.tolist(), strict=True) if away[a, b] <= SEAM]
        if not fits:
            return one
        cycle, start, end = max(fits)
        times = max(1, math.ceil((wanted - len(one.codes)) / cycle) + 1)
        order = [*range(end), *[*range(start, end)] * (times - 1), *range(end, len(one.codes))]
        return replace(one, codes=one.codes[order][: max(wanted, len(one.codes))])

    def _decoded(self, found: list[Exemplar]) -> list[tuple[Exemplar, Tensor]]:
        return list(zip(found, self.frames([one.codes for one in found]), strict=True))

    def _steps_of(self, raw: Tensor, length: float) -> int:
        """After how many steps features ``(4 S, 221)`` have gone a length (m)."""
        return next(
            (
                stop
                for stop in range(MIN_STEPS, len(raw) // TEMPORAL_STRIDE)
                if way(raw[: stop * TEMPORAL_STRIDE]) >= length
            ),
            len(raw) // TEMPORAL_STRIDE,
        )


def _hands(raw: Tensor) -> Tensor:
    """Places ``(T, 2, 3)`` of the wrists of features ``(T, 221)``, from the pelvis."""
    return raw[:, POSITIONS].unflatten(-1, (-1, 3))[:, HANDS]


def _hands_away(raw: Tensor, frame: Tensor) -> Tensor:
    """How far ``(S, 2)`` the wrists of features ``(4 S, 221)`` are from where they are in a frame ``(221,)``."""
    away = (_hands(raw) - _hands(frame[None])).norm(dim=-1)
    return away.reshape(-1, TEMPORAL_STRIDE, away.shape[-1]).mean(1)
