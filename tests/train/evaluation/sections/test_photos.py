"""Keypoints of photos: how labels are read, people are matched, and hits are counted."""

import json

import numpy as np
import pytest

from train.evaluation.published import coco
from train.evaluation.sections.photos import PhotoData, coco_row, contact_sheet, keypoint_errors


@pytest.fixture
def labels(tmp_path):
    """Two people of one photo whose torsos are 100 pixels; the second has no face and no left wrist."""
    points = np.zeros((2, 17, 3))
    for person, left in enumerate((0.0, 500.0)):
        points[person, :, 0] = left + np.linspace(0, 80, 17)
        points[person, :, 1] = 50.0
        points[person, 5:7, :2] = [left + 40, 100]
        points[person, 11:13, :2] = [left + 40, 200]
        points[person, :, 2] = 2
    points[1, : coco.FACE] = 0
    points[1, 9] = 0
    rows = [
        {"file": "a.jpg", "bbox": [left, 0, 100, 300], "keypoints": points[person].ravel().tolist()}
        for person, left in enumerate((0, 500))
    ]
    rows.append({"file": "a.jpg", "bbox": [0, 0, 1, 1], "keypoints": [0] * 51})
    path = tmp_path / "keypoints.json"
    path.write_text(json.dumps(rows))
    return coco.read_labels(path)


def box(left):
    return np.array([[left, 0.0], [left + 100, 300.0]])


def test_labels_without_keypoints_are_left_out_and_torsos_are_measured(labels, tmp_path):
    assert len(labels) == 2 and [label.torso for label in labels] == [100.0, 100.0]
    with pytest.raises(FileNotFoundError, match="none.json is missing"):
        coco.read_labels(tmp_path / "none.json")


def test_cocos_own_file_is_read(labels, tmp_path):
    own = {
        "images": [{"id": 7, "file_name": "b.jpg"}],
        "annotations": [{"image_id": 7, "bbox": [0, 0, 20, 20], "keypoints": labels[0].points.ravel().tolist()}],
    }
    path = tmp_path / "person_keypoints.json"
    path.write_text(json.dumps(own))
    assert [label.file for label in coco.read_labels(path)] == ["b.jpg"]


def test_the_prediction_that_overlaps_most_is_compared_and_labels_alone_count(labels):
    exact = labels[1].points[:, :2].copy()
    exact[9] += 1000  # not labelled
    found = [(box(500), exact), (box(520), exact + 1000)]
    errors = keypoint_errors(labels, lambda name: found, 0)
    assert errors[0] is None and np.nanmax(errors[1]) == 0 and np.isnan(errors[1]).sum() == coco.FACE + 1


def test_hits_are_within_a_fifth_of_a_torso(labels):
    def predict(name):
        return [
            (box(0), labels[0].points[:, :2] + [19.0, 0.0]),
            (box(500), labels[1].points[:, :2] + [0.0, 21.0]),
        ]

    found, body, whole, median = coco_row(keypoint_errors(labels, predict, 0))
    assert found[0] == 100 and body[0] == pytest.approx(100 * 12 / 23) and whole[0] == pytest.approx(100 * 17 / 28)
    assert median == pytest.approx(0.19)
    bodies = [(outline, points[coco.FACE :]) for outline, points in predict("a.jpg")]
    assert coco_row(keypoint_errors(labels, lambda name: bodies, coco.FACE))[1:3] == (body, None)


def test_people_who_are_not_found_have_no_errors(labels):
    assert coco_row(keypoint_errors(labels, lambda name: [], 0))[1:] == (None, None, None)


def test_data_that_is_not_given_is_false_and_pictures_fit_into_a_sheet():
    from PIL import Image

    assert not PhotoData() and PhotoData(clips=("a.mp4",))
    assert contact_sheet([Image.new("RGB", (600, 300))] * 5).size == (4 * 420, 2 * 420)
