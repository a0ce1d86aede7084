"""The handler that answers the turn that was opened, and then those that wait behind it."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from hmvlm.ui import view
from hmvlm.ui.answers import Answers, Update, while_open
from hmvlm.ui.inputs import number, tab_of
from hmvlm.ui.numbers import whole
from hmvlm.ui.session import Session, Turn
from hmvlm.ui.turn_order import TurnOrder

logger = logging.getLogger(__name__)

MAX_SEED = 99_999
"""Largest seed that is drawn; short enough to read out and type again."""


@dataclass(frozen=True)
class Asked:
    """The settings of the page as they come from the browser, unchecked."""

    seconds: Any
    temperature: Any
    seed: Any
    new_seed: bool
    variations: Any

    def seed_of(self, turn: Turn) -> int:
        """The seed that a turn is drawn with. Raises ValueError, one sentence."""
        if turn.seed is not None:
            return turn.seed
        return random.randint(0, MAX_SEED) if self.new_seed or turn.other_seed else whole("seed", self.seed)

    def options(self, turn: Turn, session: Session, seed: int) -> dict[str, Any]:
        """Options of the model. Raises ValueError, one sentence."""
        return {
            "seconds": turn.seconds or number(self.seconds),
            "temperature": number(self.temperature),
            "seed": seed,
            "variations": whole("number of variations", self.variations or 1),
            "history": session.history(),
            "preview": True,
        }


class Answering:
    """Answers turns in their order.

    Args:
        parts: the page's components by name.
    """

    def __init__(self, order: TurnOrder, answers: Answers, parts: Any) -> None:
        self.order, self.answers, self.parts = order, answers, parts

    def answer(
        self,
        session: Session,
        seconds: Any,
        temperature: Any,
        seed: float,
        new_seed: bool,
        variations: float,
        request: gr.Request,
    ) -> Iterator[Update]:
        """Stream the answer of the turn that was opened, and then of those that wait."""
        asked = Asked(seconds, temperature, seed, new_seed, variations)
        begun = self.order.begin(session, tab_of(request))
        if begun is None:  # the message was not accepted, or it waits
            yield self.answers.nothing()
        while begun is not None:
            turn, cancel = begun
            yield from self._answered(session, turn, cancel, asked)
            if not session.waiting or session.left:
                return
            yield from while_open(session, self.answers.data_files(session, turn))
            begun = self.order.begin(session, tab_of(request))

    def _answered(self, session: Session, turn: Turn, cancel: threading.Event, asked: Asked) -> Iterator[Update]:
        try:
            seed = asked.seed_of(turn)
            yield {self.parts.seed: seed, **self.answers.chat(session)}
            options = asked.options(turn, session, seed)
            if turn.edit is not None:
                yield self.answers.edit(session, turn)
            else:
                yield from while_open(session, self.answers.stream(session, turn, options, cancel))
        except (ValueError, OSError, RuntimeError) as error:
            logger.warning("turn failed: %s", type(error).__name__)
            logger.debug("it was", exc_info=True)
            turn.finish("failed", str(error))
        except Exception as error:  # the page must stay usable whatever happened
            logger.exception("turn failed")
            turn.finish("failed", f"Something went wrong ({type(error).__name__}). The server's log has the details.")
        self.order.end(session, turn, cancel)
        if turn in session.turns and not session.left:
            # A visitor who stopped this answer may have asked the next question already.
            running = session.current is not None or bool(session.waiting)
            yield {**self.answers.everything(session), self.parts.box: view.box(running)}
