"""The simulation of replicas against what is known without one."""

import random
import statistics

import pytest

from benchmarks.capacity import Machine, check, replicas_needed, simulate

MACHINE = Machine(shared=2.0, own=0.5, steps=20, together=8)


def test_answers_at_once_share_their_steps_and_replicas_share_them_out():
    for count in (1, 5, 8):
        assert max(simulate([0.0] * count, 1, MACHINE)) == pytest.approx(2.0 + 0.5 * count)
    assert max(simulate([0.0] * 16, 1, MACHINE)) == pytest.approx(2 * 6.0)
    assert max(simulate([0.0] * 16, 2, MACHINE)) == pytest.approx(6.0)


def test_who_comes_later_joins_between_two_steps():
    first, second = simulate([0.0, 1.0], 1, MACHINE)
    assert first > 2.5 and second < first + 1.0 and second > 2.5


def test_waiting_is_that_of_queueing_theory():
    """One answer at a time, random arrivals, equal times: the mean wait of M/D/1 is load * time / (2 - 2 * load)."""
    machine, rng, moment, arrivals = Machine(shared=0.0, own=1.0, steps=1, together=1), random.Random(0), 0.0, []
    for _ in range(20_000):
        moment += rng.expovariate(0.7)
        arrivals.append(moment)
    assert statistics.mean(simulate(arrivals, 1, machine)) - 1.0 == pytest.approx(0.7 / 0.6, rel=0.1)


def test_nothing_is_lost_with_a_replica_and_all_is_later():
    whole = simulate([0.0] * 32, 2, MACHINE)
    broken = simulate([0.0] * 32, 2, MACHINE, killed=3.0)
    assert len(broken) == 32 and max(broken) > max(whole) and max(broken) <= 4 * 6.0 + 3.0 + 1.0
    mended = simulate([0.0] * 32, 2, MACHINE, killed=3.0, replaced=5.0)
    assert max(whole) < max(mended) <= max(broken) - 6.0


def test_a_machine_is_found_from_what_it_did():
    found = Machine.fitted({count: 2.0 + 0.5 * count for count in (2, 4, 8)}, together=8)
    assert (found.shared, found.own) == pytest.approx((2.0, 0.5))


def test_as_many_replicas_as_the_load_needs():
    few, many = (replicas_needed(rate, MACHINE, 12.0, requests=500) for rate in (1.0, 10.0))
    assert few >= 1 and many >= 10 / MACHINE.full() and many > few


def test_the_comparison_fits_one_replica_and_predicts_two():
    def run(replicas, users, seconds, **more):
        spent = {"seconds": seconds, "busiest_processor_seconds": seconds / 2}
        return {"replicas": replicas, "users": users, **spent, **more}

    killed = run(2, 32, 20.0, killed=0.5, replaced=0.5)  # 16 begin again after a second
    lines = check({"together": 16, "runs": [run(1, 4, 4.0), run(1, 8, 6.0), run(2, 32, 10.0), killed]})
    assert len(lines) == 3 and sum("(+0%)" in line or "(-0%)" in line for line in lines) == 2
    assert "killed after 0.5 s: real 20.0, simulated 11.5" in lines[1]
