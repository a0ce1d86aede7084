"""People found by their faces: a body is believed where its eyes lie on the face, and nobody is added twice."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hmvlm import weights
from hmvlm.vision.faces import FaceDetector
from hmvlm.vision.image import read_image
from hmvlm.vision.landmark_model import LandmarkModel
from hmvlm.vision.landmarks import INDEX
from hmvlm.vision.squares import search_squares

ROOT = Path(__file__).resolve().parents[3]
PHOTOS = ROOT.parent / "shared/data/photos"


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return read_image(ROOT / "assets/examples/leaning.jpg")


@pytest.fixture(scope="module")
def model() -> LandmarkModel:
    return LandmarkModel.from_pretrained(net="full")


@pytest.fixture(scope="module")
def face(image):
    detector = FaceDetector(weights.fetch("blazepose") / "face_detection_full_range_sparse.tflite")
    (found,) = detector(image, search_squares(image.shape[1], image.shape[0]))
    return found


def test_a_face_tells_where_the_body_is(model, image, face):
    """From every region that a face proposes, the landmark network comes to the same person."""
    person = model(image, thorough=False).people[0]
    assert face.belongs(person) and np.linalg.norm(face.eyes - person.pixels[INDEX["left_eye"]]) < face.side / 2
    for region in face.regions():
        for _ in range(2):
            seen, region = model.predict(image, region)
        assert seen.score > 0.9 and np.median(np.linalg.norm(seen.pixels - person.pixels, axis=1)) < face.side / 2


def test_a_face_where_nobody_is_gives_nobody_and_a_known_person_is_not_added_again(model, image, face):
    class Faces:
        def __call__(self, picture, squares):
            return self.faces

    shift = np.array([-230, -20])
    wrong = replace(face, middle=face.middle + shift, eyes=face.eyes + shift, mouth=face.mouth + shift)
    real, model._faces = model._faces, Faces()
    try:
        model._faces.faces = [face, wrong]
        assert len(model(image)) == 1
    finally:
        model._faces = real


@pytest.mark.slow
@pytest.mark.skipif(not PHOTOS.is_dir(), reason="needs the labelled photos")
def test_people_whom_only_their_faces_show_are_found(model):
    """A man who is cut off and turned, and a picture of him in his hands: the person detector sees nobody."""
    picture = read_image(PHOTOS / "000000256353.jpg")
    people = model(picture).people
    eyes = [one.pixels[[INDEX["left_eye"], INDEX["right_eye"]]].mean(axis=0) for one in people]
    for place in ((98, 80), (225, 185)):
        assert min(np.linalg.norm(one - place) for one in eyes) < 25
