"""The number of threads follows what the processors give."""

import torch

from hmvlm.threads import AGAIN_SECONDS, Threads


class Machine:
    """Clocks that a test sets: each step takes a second, in which the processors work for ``given`` seconds."""

    def __init__(self) -> None:
        self.now = self.used = 0.0
        self.given = 2.0

    def step(self) -> None:
        self.now += 1.0
        self.used += self.given


def test_a_busy_machine_gets_fewer_threads_and_a_free_one_all():
    machine, before, seen = Machine(), torch.get_num_threads(), []
    threads = Threads(4, lambda: machine.now, lambda: machine.used)

    def work():
        for given in (4.0, 3.0, 2.0, 0.9, 0.2, *[0.2] * int(AGAIN_SECONDS), 4.0, 4.0):
            seen.append(threads.count)
            machine.given = given
            machine.step()
            yield given
        return "end"

    try:
        items = threads.fitted(work())
        while True:
            try:
                next(items)
            except StopIteration as end:
                assert end.value == "end"
                break
            assert torch.get_num_threads() in (before, *seen)
    finally:
        torch.set_num_threads(before)
    assert seen[:3] == [4, 4, 4] and seen[3:5] == [2, 1]  # half of four, then less than one
    tried = seen.index(4, 4)
    assert seen[4:tried] == [1] * (tried - 4) and tried - 4 >= AGAIN_SECONDS - 1
    assert seen[-1] in (1, 4)


def test_a_generator_that_is_left_is_closed():
    closed = []

    def work():
        try:
            yield 1
        finally:
            closed.append(True)

    items = Threads(2).fitted(work())
    next(items)
    items.close()
    assert closed == [True]
