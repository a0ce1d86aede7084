"""Landmarks of real people in real pictures, by the real networks."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from hmvlm import weights
from hmvlm.vision.hiding import hidden
from hmvlm.vision.image import read_image
from hmvlm.vision.landmark_model import LandmarkModel
from hmvlm.vision.landmarks import INDEX, MIRROR, Landmarks, features

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "assets/examples/leaning.jpg"
PHOTOS = ROOT.parent / "shared/data/photos"
KEYPOINTS = {  # of the example, labelled by people; COCO's val2017 set
    "left_shoulder": (320, 171), "right_shoulder": (290, 177), "right_hip": (313, 248), "left_hip": (334, 244),
    "left_knee": (358, 299), "right_knee": (340, 302), "left_ankle": (378, 354), "right_ankle": (356, 361),
}  # fmt: skip

JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


@pytest.fixture(scope="module")
def model() -> LandmarkModel:
    return LandmarkModel.from_pretrained(net="full")


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return read_image(EXAMPLE)


@pytest.fixture(scope="module")
def person(model, image) -> Landmarks:
    return model(image).people[0]


def errors(person: Landmarks) -> np.ndarray:
    truth = np.array(list(KEYPOINTS.values()), float)
    return np.linalg.norm(person.pixels[[INDEX[name] for name in KEYPOINTS]] - truth, axis=1)


def test_example(model, image, person):
    people = model(image)
    assert len(people) == 1 and people.size == (640, 425)
    assert person.score > 0.9 and person.visibility[list(map(INDEX.get, KEYPOINTS))].min() > 0.5
    assert np.median(errors(person)) < 9 and errors(person).max() < 18  # the torso is 74 pixels long


def test_camera_frame(person):
    """x right, y up, z towards the viewer: seen from the front, the left side is at +x, the nose at +z."""
    metric = person.metric
    np.testing.assert_allclose(metric[[INDEX["left_hip"], INDEX["right_hip"]]].mean(axis=0), 0, atol=1e-6)
    assert metric[INDEX["left_shoulder"], 0] > metric[INDEX["right_shoulder"], 0] + 0.1
    assert metric[INDEX["nose"], 1] > 0.4 and metric[INDEX["left_ankle"], 1] < -0.5
    ears = metric[[INDEX["left_ear"], INDEX["right_ear"]]].mean(axis=0)
    assert metric[INDEX["nose"], 2] > ears[2]
    # and the picture agrees with the metric landmarks, up to scale
    pixels = person.pixels - person.pixels[[INDEX["left_hip"], INDEX["right_hip"]]].mean(axis=0)
    for axis, sign in ((0, 1), (1, -1)):
        assert np.corrcoef(pixels[:, axis], sign * metric[:, axis])[0, 1] > 0.85


def test_mirrored_picture(model, image, person):
    other = model(np.ascontiguousarray(image[:, ::-1])).people[0]
    pixels = other.pixels[MIRROR] * [-1, 1] + [image.shape[1], 0]
    body = slice(11, 33)
    assert np.median(np.linalg.norm(pixels - person.pixels, axis=1)[body]) < 0.03 * person.region[2]
    assert np.median(np.abs(other.metric[MIRROR] * [-1, 1, 1] - person.metric)[body]) < 0.06


@pytest.mark.parametrize("angle", [-60, 40, 90, 180])
def test_turned_picture(model, image, person, angle):
    """The region turns with the body, and the metric landmarks come back in the picture's own frame."""
    height, width = image.shape[:2]
    side = int(np.hypot(height, width))
    turn = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), angle, 1.0)
    turn[:, 2] += [(side - width) / 2, (side - height) / 2]
    turned = cv2.warpAffine(image, turn, (side, side), borderMode=cv2.BORDER_REPLICATE)
    region = person.region.copy()
    region[:2] = turn @ [*(region[:2] - 0.5), 1] + 0.5
    region[3] -= np.radians(angle)
    reading, _ = model.predict(turned, region)
    expected = (person.pixels - 0.5) @ turn[:, :2].T + turn[:, 2] + 0.5
    assert np.abs(reading.pixels - expected)[11:].max() < 0.03 * region[2]
    rotation = np.radians(angle)  # counter-clockwise, as in a frame whose y points up
    matrix = np.array([[np.cos(rotation), -np.sin(rotation)], [np.sin(rotation), np.cos(rotation)]])
    assert np.abs(reading.metric[:, :2] - person.metric[:, :2] @ matrix.T).max() < 0.05


@pytest.mark.slow
def test_averaging(model, image, person):
    averaged = model(image, averaging=True).people[0]
    assert np.linalg.norm(averaged.pixels - person.pixels, axis=1).max() < 0.08 * person.region[2]
    assert np.median(errors(averaged)) < 9


@pytest.mark.slow
def test_the_heavy_network_agrees_with_labels_and_with_the_full_one(image, person):
    heavy = LandmarkModel.from_pretrained(net="heavy")(image, thorough=False).people[0]
    assert np.median(errors(heavy)) < 9
    apart = np.linalg.norm(heavy.pixels - person.pixels, axis=1)[11:]
    assert 0.05 < np.median(apart) < 0.05 * person.region[2]


@pytest.mark.slow
def test_both_networks_read_a_photo_and_every_fourth_frame_of_a_clip(image, person):
    both, heavy = LandmarkModel.from_pretrained(), LandmarkModel.from_pretrained(net="heavy")
    other, _ = heavy.predict(image, person.region)
    found = both(image).people[0]
    np.testing.assert_allclose(found.metric, (person.metric + other.metric) / 2, atol=1e-5)
    assert np.median(errors(found)) < 9
    tracker = both.follow()
    list(tracker.run([image] * 6))
    (track,) = tracker.people(6, 30.0)
    assert sorted(track.again) == [0, 4]
    expected, _ = heavy.predict(image, track.seen[4].region)
    np.testing.assert_allclose(track.again[4].pixels, expected.pixels, atol=1e-3)


def test_the_full_network_stands_in_where_the_heavy_one_cannot_be_fetched(image, tmp_path, monkeypatch, caplog):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels/blazepose").symlink_to(weights.fetch("blazepose"), target_is_directory=True)
    monkeypatch.setenv("HMVLM_CACHE", str(tmp_path))
    unreachable = replace(weights.ARCHIVES["blazepose-heavy"], url="http://127.0.0.1:9/pose.tgz")
    monkeypatch.setitem(weights.ARCHIVES, "blazepose-heavy", unreachable)
    found = LandmarkModel.from_pretrained(net="heavy")(image, thorough=False).people[0]
    expected = LandmarkModel.from_pretrained(net="full")(image, thorough=False).people[0]
    np.testing.assert_array_equal(found.pixels, expected.pixels)
    assert [record.levelname for record in caplog.records if "heavy" in record.message] == ["WARNING"]


def test_an_unknown_network_is_refused():
    with pytest.raises(ValueError, match="'huge'.*full, heavy"):
        LandmarkModel.from_pretrained(net="huge")


def test_features(person):
    table = features(person)
    assert table.shape == (33, 6) and table.dtype == np.float32 and np.isfinite(table).all()
    assert np.abs(table[:, :2]).max() < 1.2
    assert table[INDEX["nose"], 1] > 0 > table[INDEX["left_ankle"], 1]
    np.testing.assert_array_equal(table[:, 2:5], person.metric)
    np.testing.assert_array_equal(table[:, 5], person.visibility)


def test_truncated_person_stays_finite(model, image):
    people = model(image[100:270])
    assert len(people) == 1
    assert np.isfinite(features(people.people[0])).all()
    assert people.people[0].visibility[INDEX["left_ankle"]] < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (200, 300), (17, 2000)])
def test_nobody(model, shape):
    assert len(model(np.full((*shape, 3), 127, np.uint8))) == 0
    noise = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    assert len(model(noise)) == 0


def test_wrong_pictures(model):
    for bad in (np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32), np.zeros((0, 4, 3), np.uint8)):
        with pytest.raises(ValueError, match="must be"):
            model(bad)


@pytest.mark.slow
def test_two_people_by_size(model, image):
    half = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    both = np.concatenate([np.pad(half, ((0, 425 - half.shape[0]), (0, 0), (0, 0)), mode="edge"), image], axis=1)
    people = model(both).people
    assert len(people) == 2 and people[0].region[2] > 1.7 * people[1].region[2]
    assert people[0].pixels[0, 0] > half.shape[1] > people[1].pixels[0, 0]


def tracks(model: LandmarkModel, frames: list[np.ndarray]) -> list[list[Landmarks | None]]:
    """Landmarks by frame of everybody in a clip."""
    tracker = model.follow()
    assert list(tracker.run(frames)) == list(range(1, len(frames) + 1)) and tracker.cuts == []
    return [one.seen for one in tracker.people(len(frames), 25.0)]


@pytest.mark.slow
def test_somebody_who_moves_is_found_again(model, image, person):
    """A person moves, vanishes for three frames and comes back."""
    gone = (8, 9, 10)
    frames = []
    for step in range(14):
        moved = replace(person, pixels=person.pixels + [4 * step, 0])
        frame = np.roll(image, 4 * step, axis=1)
        frames.append(hidden(frame, [moved]) if step in gone else frame)
    (track,) = tracks(model, frames)
    assert [one is None for one in track] == [step in gone for step in range(14)]
    for step in set(range(14)) - set(gone):
        away = track[step].pixels - [4 * step, 0] - person.pixels
        assert np.linalg.norm(away, axis=1).max() < 0.08 * person.region[2]


@pytest.mark.slow
def test_a_lost_person_is_not_confused_with_a_bystander(model, image, person):
    """Somebody vanishes for so long that the one beside them, who looks alike, is within reach, and comes back."""
    pair = np.concatenate([image, np.ascontiguousarray(image[:, ::-1])], axis=1)
    lost, other = tracks(model, [pair] * 7 + [hidden(pair, [person])] * 12 + [pair] * 3)
    if lost[0].region[0] > image.shape[1]:
        lost, other = other, lost
    assert [one is None for one in lost] == [False] * 7 + [True] * 12 + [False] * 3
    assert all(one is not None and abs(one.region[0] - other[0].region[0]) < 20 for one in other)
    assert all(np.abs(one.region[:2] - person.region[:2]).max() < 20 for one in lost if one is not None)


@pytest.mark.slow
def test_threads_do_not_mix(model, image):
    """Several requests at once give what each gives alone."""
    wrong = []

    def work(frame: np.ndarray, expected: np.ndarray) -> None:
        for _ in range(3):
            if not np.array_equal(model(frame, thorough=False).people[0].pixels, expected):
                wrong.append(frame.shape)

    flipped = np.ascontiguousarray(image[:, ::-1])
    jobs = [(one, model(one, thorough=False).people[0].pixels) for one in (image, flipped)] * 2
    threads = [threading.Thread(target=work, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.slow
@pytest.mark.skipif(not PHOTOS.is_dir(), reason="needs the labelled photos")
def test_photos(model):
    """Most labelled people are found, nobody twice, and most of their joints lie where people say."""
    rows = json.loads((PHOTOS / "keypoints.json").read_text())
    joints = [INDEX[f"{side}_{name}"] for name in JOINTS for side in ("left", "right")]
    shares = []
    for file in sorted({row["file"] for row in rows}):
        people = model(read_image(PHOTOS / file)).people
        assert len(people) <= 4
        for row in (row for row in rows if row["file"] == file and people):
            truth = np.array(row["keypoints"], float).reshape(17, 3)[5:]
            torso = np.linalg.norm(truth[[0, 1], :2].mean(axis=0) - truth[[6, 7], :2].mean(axis=0))
            close = [np.linalg.norm(one.pixels[joints] - truth[:, :2], axis=1) < 0.2 * torso for one in people]
            shares.append(max(one[truth[:, 2] > 0].mean() for one in close))
    assert sum(share > 0.6 for share in shares) >= 9
