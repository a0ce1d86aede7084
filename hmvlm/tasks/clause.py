"""One action of a message, with what its words ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hmvlm.language.prompting import seconds_in
from hmvlm.tasks.clause_details import count_in, lemmas_in, path_in, side_in, style_in, travels
from hmvlm.tasks.verbs import WORDS

_UP = re.compile(
    r"\b(?:st(?:and|ood)\w*|g[eo]t\w*|ris(?:e|es|ing)|rose|jump\w*|com(?:e|es|ing)|straighten\w*)(?: back)? "
    r"up(?:right)?\b"
    r"|\b(?:ris(?:e|es|ing)|rose)\b|\b(?:to|on) (?:his|her|their|its|your|the)? ?feet\b",
    re.I,
)
_DOWN = frozenset(
    ["sit", "lie", "lay", "kneel", "crouch", "perch", "lounge", "recline", "huddle", "cower", "curl", "sleep"]
)
"""Verbs of postures in which a body stays until it is told to get up."""
_POSTURES = (
    (frozenset(["lie", "lay", "recline", "sleep"]), (0.0, 0.35), "a person lies down"),
    (frozenset(["sit", "perch", "lounge"]), (0.1, 0.75), "a person sits down"),
    (frozenset(["kneel"]), (0.35, 0.8), "a person kneels down"),
    (frozenset(["crouch", "cower", "huddle", "curl"]), (0.1, 0.8), "a person crouches down"),
)
_ASIDE = re.compile(r",|\s+(?:and|with|while|as)\b", re.I)
_EXERCISE = re.compile(
    r"\b(?:sit|curl)[- ]?ups?\b|\b(?:times|twice|repeated\w*|reps?|again and again|up and down)\b", re.I
)


@dataclass(frozen=True)
class Clause:
    """One action of a plan.

    Attributes:
        text: what the message says of the action.
        prompt: what the model is asked for where that says it better; "" where it is the text.
        count: how often; None if it is not said. side: left, right, both or "". path: circle, figure8 … or "".
        style: words of manner. seconds: length; None leaves it to the model.
        acts: base forms of its verbs and counted nouns.
        sought: what exemplars are looked up with where it is neither of them; "" else.
        halt: it only ends the clause before. stays_down: it ends on a seat or on the ground.
        still_down: it is done there, by who sits, lies … before. returns: it goes back to where the motion began.
        arms: "put" where it puts arms where they stay in the next clause, "kept" where they stay, or "".
    """

    text: str
    count: int | None = None
    side: str = ""
    seconds: float | None = None
    path: str = ""
    style: str = ""
    acts: tuple[str, ...] = ()
    prompt: str = ""
    sought: str = ""
    halt: bool = False
    stays_down: bool = False
    still_down: bool = False
    returns: bool = False
    arms: str = ""

    @property
    def asked(self) -> str:
        """The prompt of the action."""
        return self.prompt or self.text

    @staticmethod
    def read(text: str) -> Clause:
        """The clause with what its words ask for."""
        return Clause(
            text, count_in(text), side_in(text), seconds_in(text), path_in(text), style_in(text), lemmas_in(text)
        )

    @property
    def gait(self) -> bool:
        """Whether the body is to get from one place to another on foot, on all fours …"""
        return any(act in WORDS["gaits"] for act in self.acts)

    @property
    def depth(self) -> tuple[float, float] | None:
        """Between which postures, relative to standing, the body ends in a clause that ends down; None where none is
        told.
        """
        told = [depth for verbs, depth, _ in _POSTURES if not verbs.isdisjoint(self.acts)] if self.stays_down else []
        return told[0] if told else None

    @property
    def posture(self) -> tuple[str, ...]:
        """Sentences that tell the posture of a clause alone: what it says of it, then in plain words."""
        plain = next((said for verbs, _, said in _POSTURES if not verbs.isdisjoint(self.acts)), "")
        return (_ASIDE.split(self.asked, maxsplit=1)[0].strip(), plain)

    @property
    def gets_up(self) -> bool:
        """Whether the clause tells to get to one's feet."""
        return _UP.search(self.asked) is not None

    @property
    def travels(self) -> bool:
        """Whether the clause takes the body somewhere, said by a verb of gait, a noun ("a run") or a direction."""
        return travels(self.text)

    def resting(self) -> Clause:
        """The clause; who sits, lies, kneels or crouches in it, and is not told to get up, is still down at its end."""
        rests = not _DOWN.isdisjoint(self.acts) and self.count is None and not self.gets_up and not self.travels
        return replace(self, stays_down=True) if rests and not _EXERCISE.search(self.asked) else self
