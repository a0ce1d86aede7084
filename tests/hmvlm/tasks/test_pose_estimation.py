"""From a real photo and a real clip to an estimate, with the real landmark nets and a tiny language model."""

import threading
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest
import torch

from hmvlm.assistant import HMVLM, FrameEvent, ReplyEvent, TextEvent
from hmvlm.body import rotations
from hmvlm.config import TokenizerConfig
from hmvlm.tasks.clip_people import interpolate_poses
from hmvlm.tokenizer.model import BodyPartTokenizer
from hmvlm.vision.image import MediaError, read_image
from tests.tiny import CODES, tiny_model

PHOTO = Path(__file__).resolve().parents[3] / "assets" / "examples" / "leaning.jpg"


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return HMVLM(tiny_model(), BodyPartTokenizer(TokenizerConfig(codebook_size=CODES)).eval())


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Twelve frames: the photo moved by a few pixels a frame, the first two without anybody."""
    image = read_image(PHOTO)
    image = image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2]
    frames = [np.full_like(image, 120)] * 2 + [np.roll(image, 2 * shift, axis=1) for shift in range(10)]
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    iio.imwrite(path, np.stack(frames), fps=10, codec="libx264", macro_block_size=2)
    return path


@pytest.mark.slow
def test_a_photo_becomes_a_pose(model):
    reply = model.estimate_pose(PHOTO)
    estimate = reply.estimate
    assert reply.task == "pose_estimation" and estimate.people == 1 and len(estimate) == 1
    assert estimate.poses.shape == (1, 24, 3) and estimate.codes.shape == (1, 5)
    assert len(reply.motion) == 1 and reply.motions == [reply.motion] and "Confidence" in reply.text
    again = model.estimate_pose(read_image(PHOTO))
    assert np.allclose(again.estimate.poses, estimate.poses, atol=1e-4)
    assert set(reply.gate) == {"zero", "expert_1", "expert_2", "expert_3", "expert_4"}
    assert model.gate_log.counts()["pose_estimation"] == 2


@pytest.mark.slow
def test_a_clip_becomes_a_motion_frame_by_frame(model, clip):
    events = list(model.stream("", picture=clip, task="pose_estimation"))
    frames = [event for event in events if isinstance(event, FrameEvent)]
    done = [event.done for event in frames if event.stage == "people"]
    assert all(event.done == event.total for event in frames if event.stage == "poses")
    reply = events[-1].reply
    assert done == list(range(1, 13)) and reply.estimate.fps == pytest.approx(10)
    assert reply.estimate.found.sum() >= 9 and not reply.estimate.found[:2].any()
    start, stop = reply.estimate.span()
    assert start >= 2 and len(reply.motion) == stop - start < 12 and "of the frames" in reply.text
    assert reply.estimate.sight.frames.tolist() == list(range(12)) and np.isnan(reply.estimate.sight.metric[0]).all()
    assert not any(layer.merged for layer in model.language.backbone.base_model._layers())


@pytest.mark.slow
def test_a_question_about_a_clip_is_answered_from_what_was_seen(model, clip, monkeypatch):
    assert model.chat("Estimate the motion.", picture=clip).task == "pose_estimation"
    monkeypatch.setattr(model.language.gate, "intents", lambda text: torch.tensor([[0.1, 0.9, 0.0]]))
    events = list(model.stream("Which hand is up?", picture=clip, max_new_tokens=3))
    reply = events[-1].reply
    assert reply.task == "video_understanding" == events[0].task
    assert sum(isinstance(event, FrameEvent) and event.stage == "people" for event in events) == 12 and any(
        isinstance(event, TextEvent) for event in events
    )
    assert reply.estimate is not None and "Confidence" not in reply.text
    assert model.describe(PHOTO, "Is she sitting?", max_new_tokens=2).task == "video_understanding"
    nobody = model.describe(np.full((240, 320, 3), 90, np.uint8), "Who is it?")
    assert nobody.text == "No person was found in the picture." and nobody.motion is None


def test_frames_between_keys_are_interpolated():
    turns = torch.tensor([0.0, 1.0, 0.4])
    vectors = torch.zeros(3, 24, 3)
    vectors[:, 5, 1] = turns
    codes = np.array([[1] * 5, [2] * 5, [3] * 5])
    local, read = interpolate_poses(rotations.axis_angle_to_matrix(vectors), codes, np.array([0, 4, 6]))
    found = rotations.matrix_to_axis_angle(local)[:, 5, 1]
    assert torch.allclose(found, torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0, 0.7, 0.4]), atol=1e-4)
    assert np.delete(read[:, 0], [2, 5]).tolist() == [1, 1, 2, 2, 3]  # 2 and 5 are as near to both keys
    alone, _ = interpolate_poses(rotations.axis_angle_to_matrix(vectors[:1]), codes[:1], np.array([0]))
    assert alone.shape == (1, 24, 3, 3)


@pytest.mark.slow
def test_a_clip_can_be_stopped_and_keeps_what_was_seen(model, clip):
    cancel = threading.Event()
    reply = None
    for event in model.stream("", picture=clip, task="pose_estimation", cancel=cancel):
        if isinstance(event, FrameEvent) and event.done == 6:
            cancel.set()
        if isinstance(event, ReplyEvent):
            reply = event.reply
    assert len(reply.estimate) == 6


@pytest.mark.slow
def test_nobody_in_the_picture_is_said_and_the_next_turn_works(model):
    reply = model.estimate_pose(np.full((240, 320, 3), 90, np.uint8))
    assert reply.estimate is None and reply.motion is None and reply.text == "No person was found in the picture."
    with pytest.raises(MediaError, match="no person 4"):
        model.estimate_pose(PHOTO, person=4)
    assert model.estimate_pose(PHOTO).estimate is not None


def test_what_cannot_be_asked_is_one_sentence(model):
    with pytest.raises(ValueError, match="photo or a clip"):
        model.chat("what pose is this?", task="pose_estimation")
    blind = tiny_model()
    blind.has_vision = False
    with pytest.raises(MediaError, match="not trained on pictures"):
        HMVLM(blind, model.tokenizer).estimate_pose(PHOTO)
