"""Drawn clips of people whose identity is known: who crosses keeps the track, and a mistake would be counted."""

import numpy as np
import pytest

from benchmarks.staged_clips import owners, switches
from benchmarks.staged_scenes import SIZE, pelvises, pictures, places_in_picture, scenes
from hmvlm.vision.landmark_model import LandmarkModel
from tests import motions

FRAMES = 90


@pytest.fixture(scope="module")
def staged():
    return scenes([motions.walk(5.0, speed) for speed in (1.2, 1.1, 1.0)], FRAMES)


def test_who_is_taken_for_another_is_counted(staged):
    places = places_in_picture(staged["crossing"])
    assert np.isfinite(places).all(axis=2).mean() > 0.7
    there = np.isfinite(places[0]).all(axis=1)
    assert switches(owners(places[0], there, places)) == 0
    swapped = places[0].copy()
    swapped[50:] = places[1][50:]
    assert switches(owners(swapped, np.isfinite(swapped).all(axis=1), places)) == 1


def test_the_walks_cross_and_the_camera_follows(staged):
    across = places_in_picture(staged["crossing"])[..., 0]
    assert (np.sign(across[0] - across[1])[20] != np.sign(across[0] - across[1])[80]).all()
    followed = places_in_picture(staged["pan"])[0]
    assert np.abs(followed[..., 0] - SIZE[0] / 2).max() < 5 and np.ptp(pelvises(staged["pan"].actors[0])[:, 0]) > 3


@pytest.mark.slow
@pytest.mark.gl
def test_three_people_who_cross_in_pictures_keep_their_tracks(staged):
    clip = staged["crossing"]
    tracker = LandmarkModel.from_pretrained(net="full").follow()
    list(tracker.run(pictures(clip)))
    people, places = tracker.people(FRAMES, 25.0), places_in_picture(clip)
    assert len(people) == 3 and tracker.cuts == []
    found = []
    for person in people:
        seen = np.array([one is not None for one in person.seen])
        hips = np.array([np.zeros(2) if one is None else one.pixels[23:25].mean(axis=0) for one in person.seen])
        own = owners(hips, seen, places)
        assert switches(own) == 0
        found.append(int(own[own >= 0][0]))
    assert sorted(found) == [0, 1, 2]
