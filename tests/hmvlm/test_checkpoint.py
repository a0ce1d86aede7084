"""The committed embedded checkpoint, end to end: real weights, real base model."""

import json

import numpy as np
import pytest
import torch

from hmvlm.body.skeleton import INDEX
from hmvlm.language.decoding import generate_text
from hmvlm.language.sampling import Sampling
from hmvlm.motion.clip import Motion
from hmvlm.motion.facts import facts
from hmvlm.paths import CHECKPOINTS, EXAMPLE_PHOTO
from hmvlm.vision.camera import SMPL_FROM_LANDMARKS
from tests import motions

FOLDER = CHECKPOINTS / "embedded"


def test_the_checkpoint_is_small_and_has_a_card():
    assert sum(f.stat().st_size for f in FOLDER.rglob("*") if f.is_file()) < 60e6
    card = (FOLDER / "README.md").read_text()
    assert "CC BY-NC" in card and "Limits" in card


def test_adapter_is_a_peft_folder_without_local_paths():
    config = json.loads((FOLDER / "adapter" / "adapter_config.json").read_text())
    assert config["peft_type"] == "MOE_LORA" and config["num_experts"] == 4 and config["r"] == 8
    assert config["base_model_name_or_path"] == "embedded:smollm2-135m"


@pytest.mark.parametrize("text", ["Who wrote Hamlet?", "Write a haiku about running.", "What is 12 times 12?"])
def test_talk_equals_the_bare_base_token_for_token(embedded, text):
    language, prompt = embedded.language, embedded.chat_prompt(text)
    alpha = embedded.router.mixture(text, None)
    assert float(alpha[0]) >= language.config.skip_threshold
    ours = list(generate_text(language, prompt, alpha, Sampling(temperature=0), 16))
    with language.backbone.disable_adapter():
        whole = language.base.generate(
            prompt.ids[None],
            attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
            max_new_tokens=16,
            do_sample=False,
        )
    theirs = whole[0, len(prompt) :].tolist()
    end = language.tokenizer.eos_token_id
    assert ours == (theirs[: theirs.index(end)] if end in theirs else theirs)


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("Tie shoelaces", "text_to_motion"),
        ("Pick up a pen from the floor and place it on the table", "text_to_motion"),
        ("What else can you do with a hammer other than hammering nails?", "dialogue"),
        ("Who is the greatest tennis player of all time?", "dialogue"),
        ("Give me 3 totally distinct ways to eat a banana", "dialogue"),
    ],
)
def test_captions_overrule_a_gate_that_is_not_sure_of_an_action(embedded, text, task):
    assert float(embedded.router.mixture(text, None)[0]) >= embedded.language.config.skip_threshold
    assert embedded.router(text, None)[0] == task


def test_walking_forward_goes_forward(embedded):
    reply = embedded.chat("a person walks forward", seconds=4, seed=0, variations=4)
    assert reply.task == "text_to_motion" and len(reply.motions) == 4
    gone = [facts(motion).travel.path for motion in reply.motions]
    assert np.median(gone) > 1.0
    for motion in reply.motions:
        height = motion.joints()[:, [INDEX["left_foot"], INDEX["right_foot"]], 1].min()
        assert -0.15 < height < 0.15


def test_an_exemplar_guides_a_motion_that_no_recording_names(embedded):
    reply = embedded.chat("someone does push-ups", seed=0, task="text_to_motion")
    assert "push" in reply.plan[0].exemplar and facts(reply.motion).posture.lowest < 0.5
    assert embedded.chat("a nod", seed=0, seconds=1, exemplars=False, task="text_to_motion").plan[0].exemplar == ""


def test_the_same_seed_gives_the_same_motion(embedded):
    one, two = (embedded.generate("someone waves", seconds=2, seed=11)[0] for _ in range(2))
    assert np.array_equal(one.poses, two.poses)


def test_reconstruction_is_close_and_mirrors(embedded):
    walk = motions.walk(4, speed=1.0)
    again = embedded.tokenizer.decode(embedded.tokenizer.encode(walk))
    mirrored = embedded.tokenizer.decode(embedded.tokenizer.encode(walk.mirrored())).mirrored()

    def relative(motion: Motion) -> np.ndarray:
        joints = motion.joints()
        return joints - joints[:, :1]

    assert np.linalg.norm(relative(again) - relative(walk), axis=-1).mean() < 0.08
    assert np.linalg.norm(relative(again) - relative(mirrored), axis=-1).mean() < 0.08


def test_a_motion_can_be_described(embedded):
    reply = embedded.describe(motions.walk(4), max_new_tokens=24)
    assert reply.task == "video_understanding" and len(reply.text.split()) >= 3


def test_a_real_photo_gets_its_body(embedded):
    """A man leans on a post and telephones; the body that is drawn lies on what the landmarks see."""
    reply = embedded.chat("What pose is this?", picture=EXAMPLE_PHOTO)
    estimate = reply.estimate
    assert reply.task == "pose_estimation" and estimate.people == 1 and estimate.found.all()
    assert float(reply.gate["zero"]) < embedded.language.config.skip_threshold
    drawn = estimate.cameras[0].project(estimate.joints()[0])
    smpl, marks = list(SMPL_FROM_LANDMARKS), list(SMPL_FROM_LANDMARKS.values())
    torso = np.linalg.norm(estimate.pixels[0, [11, 12]].mean(0) - estimate.pixels[0, [23, 24]].mean(0))
    apart = np.linalg.norm(drawn[smpl] - estimate.pixels[0, marks], axis=-1) / torso
    assert np.median(apart) < 0.3
    left, right = (
        drawn[INDEX[f"{side}_hip"]] - estimate.pixels[0, mark] for side, mark in (("left", 23), ("right", 24))
    )
    assert np.linalg.norm(left) < 0.5 * torso and np.linalg.norm(right) < 0.5 * torso
    down = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("ankle", "foot")]
    floor = reply.motion.joints()[0, down, 1].min()
    assert abs(floor - 0.03) < 0.02
