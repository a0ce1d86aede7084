"""One hostile input, and whether an answer to it is of the expected class."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

READ, REFUSED, EITHER = "read", "refused", "either"
LONGEST_SENTENCE = 400
"""Characters of a sentence without the file's name."""
_RAW = ("Traceback", "invalid literal", "Errno", "0x7f", "object at ", "\n")
"""What a sentence for people does not contain."""


@dataclass(frozen=True)
class Case:
    """Bytes under a file name, and the class of answer that they must get."""

    name: str
    data: bytes
    expected: str = EITHER


def altered(name: str, data: bytes, seed: int, count: int = 3) -> Iterator[Case]:
    """A good file cut off, with bytes changed, a piece doubled or missing, and with random bytes after its head."""
    stem, _, suffix = name.rpartition(".")
    draw = random.Random(f"{seed} {name}")
    for number in range(count):
        yield Case(f"{stem}-cut{number}.{suffix}", data[: draw.randrange(16, max(17, len(data) - 1))])
        changed = bytearray(data)
        for _ in range(1 + len(data) // 400):
            changed[draw.randrange(8, len(data))] = draw.choice((0, 1, 127, 128, 255, draw.randrange(256)))
        yield Case(f"{stem}-changed{number}.{suffix}", bytes(changed))
    first, second = sorted(draw.randrange(8, len(data)) for _ in range(2))
    yield Case(f"{stem}-doubled.{suffix}", data[:second] + data[first:])
    yield Case(f"{stem}-missing.{suffix}", data[:first] + data[second:])
    yield Case(f"{stem}-random.{suffix}", data[:16] + draw.randbytes(2000))
    yield Case(f"{stem}-head.{suffix}", data[:8], REFUSED)


def content(suffix: str) -> Iterator[Case]:
    """What is no such file at all."""
    yield Case(f"empty.{suffix}", b"", REFUSED)
    yield Case(f"text.{suffix}", b"a shopping list\n" * 30, REFUSED)
    yield Case(f"zeros.{suffix}", bytes(5000), REFUSED)
    yield Case(f"page.{suffix}", b"<html><script>alert(1)</script></html>" * 9, REFUSED)
    yield Case(f"program.{suffix}", b"\x7fELF" + bytes(range(256)) * 9, REFUSED)


def judged(case: Case, folder: Path, read: Callable[[Path], object]) -> str | None:
    """What is wrong with the reader's answer to a case, or None. Only errors that are sentences are let pass."""
    path = folder / case.name
    path.write_bytes(case.data)
    try:
        read(path)
    except (ValueError, OSError) as error:
        sentence = str(error)
        if case.expected == READ:
            return f"{case.name} was refused: {sentence}"
        return sentence_problem(sentence, case.name)
    except Exception as error:
        return f"{case.name}: {type(error).__name__}: {error}"
    finally:
        path.unlink()
    return f"{case.name} was read" if case.expected == REFUSED else None


def sentence_problem(sentence: str, name: str = "") -> str | None:
    """What is wrong with what people are told, of the file ``name`` where one is given; None for one plain sentence."""
    good = name in sentence and 0 < len(sentence) <= LONGEST_SENTENCE + len(name)
    if good and not any(raw in sentence for raw in _RAW):
        return None
    return f"{name}: no sentence for people: {sentence!r}"
