"""Answers that go round in circles are found; lists, refrains and rows of dashes are not."""

import random

from hmvlm.tasks.loops import LENGTH, loops


def test_a_block_that_stands_three_times_in_a_row_is_a_loop():
    rng = random.Random(0)
    before = [rng.randrange(1000) for _ in range(40)]
    for size in (1, 4, 13, 40, 100):
        block = [rng.randrange(1000) for _ in range(size)]
        times = max(3, -(-LENGTH // size))
        assert loops(before + block * times)
        assert loops(before + block * (times + 1) + block[: size // 2])
        assert not loops(before + block * (times - 1))
        assert not any(loops((before + block * 2)[:end]) for end in range(len(before) + 2 * size))


def test_what_repeats_with_changes_is_no_loop():
    numbered = [token for number in range(30) for token in (5, 6, number, 7, 8, 9, 10, 11)]
    assert not any(loops(numbered[:end]) for end in range(len(numbered)))
    assert not loops([]) and not loops([1] * (LENGTH - 1)) and not loops([1, 2] * 8)
