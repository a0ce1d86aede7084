"""How the C library gives memory to threads."""

from __future__ import annotations

import ctypes

HEAP = {-8: 1, -1: 512 * 2**20, -3: 32 * 2**20}
"""M_ARENA_MAX, M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of mallopt(3); the last is the largest that it takes."""


def use_one_heap() -> bool:
    """Let all threads allocate from one heap that keeps what is freed (glibc only); True where that could be set.

    Answers are computed in worker threads. In heaps of their own every step of the model would give its memory back and
    ask for it anew, which on two cores makes drawing a motion a quarter slower. Call it before threads are started.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return all([mallopt(setting, value) == 1 for setting, value in HEAP.items()])  # noqa: C419 - every call must be made
