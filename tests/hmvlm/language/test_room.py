"""Room is given in the order of asking, never beyond its size but to one that is alone."""

from hmvlm.language.room import Room


def test_parts_are_given_in_order_and_passed_on():
    room = Room(10)
    first, second, third, small = (room.ask(size) for size in (6, 4, 6, 1))
    assert [one.taken for one in (first, second, third, small)] == [True, True, False, False]
    room.give_back(second)
    assert not third.taken and not small.taken  # a small one does not pass a large one
    room.give_back(first)
    assert third.taken and small.taken
    room.give_back(third)
    room.give_back(third)
    huge = room.ask(100)
    assert not huge.taken
    room.give_back(small)
    assert huge.taken
    late = room.ask(1)
    room.give_back(late)
    room.give_back(huge)
    assert not late.taken and room.ask(10).taken
