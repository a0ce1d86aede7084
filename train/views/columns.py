"""Records whose fields are columns of equally many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")


def join_rows(parts: Sequence[Record], shared: str = "") -> Record:
    """The rows of several records one after the other; the field named ``shared`` is no column and taken from the
    first.

    A field may be such a record itself.
    """
    columns = {}
    for name in (field.name for field in fields(parts[0])):
        values = [getattr(part, name) for part in parts]
        if name == shared:
            columns[name] = values[0]
        else:
            columns[name] = join_rows(values) if is_dataclass(values[0]) else np.concatenate(values)
    return type(parts[0])(**columns)
