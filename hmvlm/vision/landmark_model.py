"""Body landmarks of the people in a photo, and of everybody through a clip."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from hmvlm import weights
from hmvlm.vision import readings
from hmvlm.vision.blazepose import WINDOW_THRESHOLD, Detection, Detector, LandmarkNet, LandmarkPrediction
from hmvlm.vision.everyone import PeopleTracker
from hmvlm.vision.faces import FARTHEST, LEAST_SCORE, Face, FaceDetector
from hmvlm.vision.hiding import hidden
from hmvlm.vision.landmarks import COUNT, INDEX, MIRROR, PRESENCE, Landmarks, People, distance
from hmvlm.vision.squares import search_squares

log = logging.getLogger(__name__)

NETS = ("both", "full", "heavy")
"""Landmark networks. They have the same inputs and outputs; the heavy one takes about three times as long. ``both`` is
the mean of the two (:mod:`hmvlm.vision.readings`).
"""
MOST_PEOPLE = 8
_CONFIDENT = 0.9
"""Presence score from which no further crop is tried."""
_CROPS = 3
"""Crops of a person in a photo, each centred by the landmarks of the one before: at least two, a third when the
second's score is below ``_CONFIDENT``.
"""
_HIPS = [INDEX["left_hip"], INDEX["right_hip"]]
_DUPLICATE_DISTANCE = 0.08
"""Two detections whose median landmark distance is below this share of the region are duplicates."""
_DUPLICATE_IOU = 0.6
"""So are two whose bounding boxes overlap more than this (intersection over union)."""
_UPRIGHT = 1.2
"""Largest turn in radians of a person who is found with others hidden."""
_AUGMENTATIONS = ((1.08, 0.10), (0.94, -0.10))
"""Scale and rotation (radians) of two of the three test-time augmentations; the third is the mirrored crop."""


class LandmarkModel:
    """Finds people and their landmarks. May be shared between threads."""

    def __init__(
        self, detector: Detector, faces: FaceDetector, net: LandmarkNet, other: LandmarkNet | None = None
    ) -> None:
        self._detector = detector
        self._faces = faces
        self._net = net
        self._other = other

    @staticmethod
    def from_pretrained(threads: int | None = None, net: str = "both") -> LandmarkModel:
        """BlazePose, fetched at the first use. ``threads`` a network; None takes up to four.

        ``net`` is the landmark network: ``"full"``, the larger ``"heavy"``, or ``"both"``. The full one is used alone
        where the heavy one cannot be fetched (a warning is logged).

        Raises:
            ValueError: another ``net``. WeightsError: the files cannot be fetched.
        """
        if net not in NETS:
            raise ValueError(f"There is no landmark network {net!r}; choose one of {', '.join(NETS)}.")
        folder = weights.fetch("blazepose")
        threads = threads or min(4, os.cpu_count() or 1)
        paths = {"full": folder / "pose_landmark_full.tflite"}
        if net != "full":
            try:
                paths["heavy"] = weights.fetch("blazepose-heavy") / "pose_landmark_heavy.tflite"
            except weights.WeightsError as error:
                log.warning("The full landmark network is used without the heavy one: %s", error)
        chosen = list(paths) if net == "both" else [net if net in paths else "full"]
        nets = [LandmarkNet(paths[name], threads) for name in chosen]
        faces = FaceDetector(folder / "face_detection_full_range_sparse.tflite", threads)
        return LandmarkModel(Detector(folder / "pose_detection.tflite", threads), faces, *nets)

    def __call__(self, image: np.ndarray, averaging: bool = False, thorough: bool = True) -> People:
        """People in an ``(H, W, 3)`` uint8 RGB picture.

        ``averaging`` is test-time augmentation: each person is predicted from four crops (as is, mirrored, and two
        rotated and scaled), of which the median position and the mean depth are taken. It is slower and more accurate.
        ``thorough`` also runs the detector on overlapping windows of the picture, to find small people.
        """
        people = self._find(_checked(image), averaging, thorough)
        if self._other is not None:
            people = tuple(readings.mean(one, self._read(self._other, image, one.region, averaging)) for one in people)
        return People(people, (image.shape[1], image.shape[0]))

    def _find(self, image: np.ndarray, averaging: bool = False, thorough: bool = True) -> tuple[Landmarks, ...]:
        """Everybody in a picture, largest first. ``thorough`` searches in windows, below faces that are no found
        person's, and a second time with those found first hidden: the detector prefers one person to another who stands
        close.
        """
        people: list[Landmarks] = []
        self._add(people, image, self._detector(image, MOST_PEOPLE, thorough), averaging)
        if thorough:
            squares = search_squares(image.shape[1], image.shape[0])
            self._add_below_faces(people, image, self._faces(image, squares), averaging)
        if thorough and people and len(people) < MOST_PEOPLE:
            self._add(people, image, self._second_pass(image, people), averaging)
        return tuple(sorted(people, key=lambda person: -float(person.region[2])))

    def _second_pass(
        self, image: np.ndarray, people: Sequence[Landmarks], squares: Sequence[np.ndarray] | None = None
    ) -> list[Detection]:
        """Detections in a picture without the ``people``; bodies that lie or stand on their head among them are mostly
        left-overs.
        """
        found = self._detector(hidden(image, people), MOST_PEOPLE, True, squares)
        return [one for one in found if abs(one.region[3]) < _UPRIGHT and one.score > WINDOW_THRESHOLD]

    def _add(
        self, people: list[Landmarks], image: np.ndarray, detections: Iterable[Detection], averaging: bool = False
    ) -> None:
        """Append the people of detections who are not among ``people``."""
        for detection in detections:
            if len(people) < MOST_PEOPLE and not any(
                _similar_regions(detection.region, other.region) for other in people
            ):
                person = self._person(image, detection.region, averaging)
                if person is not None and not any(_same_person(person, other) for other in people):
                    people.append(person)

    def _add_below_faces(
        self, people: list[Landmarks], image: np.ndarray, faces: Iterable[Face], averaging: bool = False
    ) -> None:
        """Append the people of faces that are nobody's among ``people``, where a body's eyes lie on the face."""
        for face in faces:
            if len(people) >= MOST_PEOPLE or any(face.belongs(one, 2 * FARTHEST) for one in people):
                continue
            for region in face.regions():
                person = self._person(image, region, averaging)
                if person is None or person.score < LEAST_SCORE or not face.belongs(person):
                    continue
                if not any(_same_person(person, other) for other in people):
                    people.append(person)
                break

    def follow(self) -> PeopleTracker:
        """A tracker of everybody in a clip."""

        def find(frame: np.ndarray, known: Sequence[Landmarks], squares: Sequence[np.ndarray]) -> list[Landmarks]:
            people = list(known)
            detections = self._second_pass(frame, known, squares) if known else self._detector(frame, squares=squares)
            self._add(people, _checked(frame), detections)
            return people[len(known) :]

        return PeopleTracker(self.predict, find, MOST_PEOPLE, None if self._other is None else self.other_reading)

    def other_reading(self, image: np.ndarray, region: np.ndarray) -> Landmarks:
        """The person in a region as the second network reads them.

        Raises:
            ValueError: the model has one network.
        """
        if self._other is None:
            raise ValueError("there is no second landmark network")
        return self._read(self._other, _checked(image), region, averaging=False)

    def again(self, image: np.ndarray, region: np.ndarray) -> list[Landmarks]:
        """Further predictions of the person in a region, from the crops of test-time augmentation."""
        return [_landmarks([other], region) for other in self._augmented(self._net, _checked(image), region)]

    def predict(self, image: np.ndarray, region: np.ndarray) -> tuple[Landmarks, np.ndarray]:
        """The person in a region of a frame, and the region for the next frame."""
        prediction = self._net(_checked(image), region)
        return _landmarks([prediction], region), prediction.next_region

    def _person(self, image: np.ndarray, region: np.ndarray, averaging: bool) -> Landmarks | None:
        """The person in a region, predicted again from better centred crops; None if nobody is there."""
        best = self._net(image, region)
        prediction = best
        for _ in range(_CROPS - 1):
            following = prediction.next_region
            prediction = self._net(image, following)
            if prediction.score >= min(best.score, PRESENCE):
                best, region = prediction, following
            if prediction.score > _CONFIDENT:
                break
        if best.score < PRESENCE:
            return None
        return _landmarks([best, *self._augmented(self._net, image, region)] if averaging else [best], region)

    def _read(self, net: LandmarkNet, image: np.ndarray, region: np.ndarray, averaging: bool) -> Landmarks:
        """The person in a region by one network."""
        crops = self._augmented(net, image, region) if averaging else []
        return _landmarks([net(image, region), *crops], region)

    def _augmented(self, net: LandmarkNet, image: np.ndarray, region: np.ndarray) -> Iterator[LandmarkPrediction]:
        """Test-time augmentation: predictions from the mirrored crop and from two rotated and scaled ones."""
        yield _unmirrored(net(image, region, mirror=True))
        for scale, turn in _AUGMENTATIONS:
            yield net(image, region * np.array([1, 1, scale, 1], np.float32) + np.array([0, 0, 0, turn], np.float32))


def _checked(image: np.ndarray) -> np.ndarray:
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
        raise ValueError(f"a picture must be (H, W, 3) uint8, got {image.shape} {image.dtype}; see read_image")
    return image


def _unmirrored(prediction: LandmarkPrediction) -> LandmarkPrediction:
    """A prediction from a mirrored crop with the landmarks named as in the original."""
    rows = np.concatenate([MIRROR, np.arange(COUNT, len(prediction.pixels))])
    return LandmarkPrediction(
        prediction.pixels[rows], prediction.metric[rows], prediction.visibility[rows], prediction.score
    )


def _landmarks(predictions: list[LandmarkPrediction], region: np.ndarray) -> Landmarks:
    """Several predictions as one: median pixels, mean depth and visibility.

    A prediction with left and right exchanged shifts the mean, not the median. On 433 rendered validation pictures 88.1
    % of limb joints lie within 0.2 trunk lengths with the median, 86.9 % with the mean; for depth the mean is better.
    """
    metric = np.mean([prediction.metric[:COUNT] for prediction in predictions], axis=0) * np.array(
        [1, -1, -1], np.float32
    )
    return Landmarks(
        pixels=np.median([prediction.pixels[:COUNT] for prediction in predictions], axis=0),
        metric=metric - metric[_HIPS].mean(axis=0),
        visibility=np.mean([prediction.visibility[:COUNT] for prediction in predictions], axis=0),
        score=float(np.clip(np.mean([prediction.score for prediction in predictions]), 0, 1)),
        region=region,
    )


def _similar_regions(region: np.ndarray, other: np.ndarray) -> bool:
    """Whether two regions are so similar that they show the same person."""
    far = np.hypot(*(region[:2] - other[:2])) / other[2]
    return far < _DUPLICATE_DISTANCE and abs(np.log(region[2] / other[2])) < 0.3 and np.cos(region[3] - other[3]) > 0.8


def _same_person(one: Landmarks, other: Landmarks) -> bool:
    """Whether two predictions coincide, or one of low score lies within the other's bounding box."""
    if distance(one.pixels, other.pixels, max(one.region[2], other.region[2])) < _DUPLICATE_DISTANCE:
        return True
    low = np.maximum(one.pixels.min(axis=0), other.pixels.min(axis=0))
    high = np.minimum(one.pixels.max(axis=0), other.pixels.max(axis=0))
    shared = np.clip(high - low, 0, None).prod()
    areas = [np.ptp(person.pixels, axis=0).prod() for person in (one, other)]
    return shared > _DUPLICATE_IOU * (sum(areas) - shared) or (one.score < _CONFIDENT and shared > 0.8 * min(areas))
