"""The body-part tokenizer: shapes, masks, saving, and that it learns."""

import numpy as np
import pytest
import torch

from hmvlm.body.skeleton import INDEX, NUM_JOINTS, PARTS
from hmvlm.config import TokenizerConfig
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.tokenizer import parts
from hmvlm.tokenizer.model import BodyPartTokenizer

SMALL = dict(
    codebook_size=16, code_dim=8, joint_dim=16, joint_layers=1, latent_dim=16, decoder_dim=32, decoder_layers=1
)


@pytest.fixture(scope="module")
def tokenizer() -> BodyPartTokenizer:
    torch.manual_seed(0)
    model = BodyPartTokenizer(TokenizerConfig(**SMALL))
    model(torch.randn(4, 32, features.FEATURE_SIZE))  # k-means fills the codebooks on the first batch
    return model.eval()


def test_mask_keeps_parts_apart():
    mask = parts.attention_mask("body")
    left_knee, right_knee = INDEX["left_knee"], INDEX["right_knee"]
    assert not mask[left_knee, right_knee]
    leg = NUM_JOINTS + PARTS.index("left_leg")
    assert mask[leg, left_knee] and not mask[leg, right_knee]
    assert mask.sum(1).min() > 0
    assert parts.attention_mask("whole").sum() == NUM_JOINTS**2 + NUM_JOINTS + 1


def test_a_part_latent_depends_on_its_own_joints_only(tokenizer):
    raw = torch.randn(1, features.FEATURE_SIZE)
    moved = raw.clone()
    elbow = features.ROTATIONS.start + 6 * INDEX["left_elbow"]
    moved[:, elbow : elbow + 6] += 1
    change = (tokenizer.latents(raw[None]) - tokenizer.latents(moved[None])).abs().amax((0, 1, 3))
    assert change[PARTS.index("left_arm")] > 1e-4
    assert change[[i for i, name in enumerate(PARTS) if name != "left_arm"]].max() == 0


def test_only_the_torso_sees_the_root_velocity():
    mask = parts.dynamics_mask("body")
    assert mask[PARTS.index("torso"), :3].eq(1).all() and mask[1:, :3].eq(0).all()
    assert mask[PARTS.index("right_leg"), 3:].tolist() == [0, 1, 0, 1]


def test_codes_have_one_row_for_four_frames(tokenizer):
    codes = tokenizer.encode_features(torch.randn(2, 31, features.FEATURE_SIZE))
    assert codes.shape == (2, 7, 5) and codes.dtype == torch.int64
    assert tokenizer.decode_features(codes).shape == (2, 28, features.FEATURE_SIZE)
    pose = tokenizer.encode_pose(torch.randn(3, features.FEATURE_SIZE))
    assert pose.shape == (3, 5) and tokenizer.decode_pose(pose).shape == (3, features.FEATURE_SIZE)


def test_a_pose_code_ignores_what_only_motion_has(tokenizer):
    raw = torch.randn(3, features.FEATURE_SIZE)
    moved = raw.clone()
    moved[:, 1:4] += 5
    moved[:, features.CONTACTS] = 1
    assert torch.equal(tokenizer.encode_pose(raw), tokenizer.encode_pose(moved))


def test_motion_in_motion_out(tokenizer):
    motion = Motion(np.zeros((24, 24, 3)), np.zeros((24, 3)))
    again = tokenizer.decode(tokenizer.encode(motion), text="stands")
    assert len(again) == 24 and again.fps == 20 and again.text == "stands"
    with pytest.raises(ValueError, match="4 frames"):
        tokenizer.encode(motion.slice(0, 3))


def test_saving_and_loading_gives_the_same_codes(tokenizer, tmp_path):
    tokenizer.save_pretrained(tmp_path)
    first, second = BodyPartTokenizer.from_pretrained(tmp_path), BodyPartTokenizer.from_pretrained(tmp_path)
    raw = torch.randn(1, 64, features.FEATURE_SIZE)
    codes = first.encode_features(raw)
    assert torch.equal(codes, second.encode_features(raw))
    assert torch.equal(first.decode_features(codes), second.decode_features(codes))
    assert (codes == tokenizer.encode_features(raw)).float().mean() > 0.9  # float16 rounding on disk
    with pytest.raises(FileNotFoundError, match="stage1"):
        BodyPartTokenizer.from_pretrained(tmp_path / "missing")


def test_codes_out_of_range_are_refused(tokenizer):
    with pytest.raises(ValueError, match=r"\[0, 15\]"):
        tokenizer.decode_features(torch.full((1, 2, 5), 16))


def test_the_whole_body_baseline_has_one_token_a_step():
    model = BodyPartTokenizer(TokenizerConfig(**SMALL, parts="whole"))
    model(torch.randn(4, 32, features.FEATURE_SIZE))
    assert model.eval().encode_features(torch.randn(1, 16, features.FEATURE_SIZE)).shape == (1, 4, 1)


def test_configurations_check_themselves():
    with pytest.raises(ValueError, match="'body' or 'whole'"):
        TokenizerConfig(parts="half")
    with pytest.raises(ValueError, match="joint_heads"):
        TokenizerConfig(joint_dim=30)


def test_a_long_motion_is_decoded_in_windows_without_a_seam(tokenizer):
    codes = torch.randint(tokenizer.config.codebook_size, (123, 5), generator=torch.Generator().manual_seed(0))
    whole = tokenizer.decode_features(codes)
    assert whole.shape == (4 * 123, features.FEATURE_SIZE)
    torch.testing.assert_close(whole[:160], tokenizer.decode_features(codes[:50])[:160])
    torch.testing.assert_close(whole[-4:], tokenizer.decode_features(codes[-50:])[-4:])
    both = tokenizer.decode_features(torch.stack([codes, codes.flip(0)]))
    torch.testing.assert_close(both[0], whole, atol=1e-5, rtol=1e-4)
    step = whole.diff(dim=0).abs().mean(-1)
    seams = [start * 4 + offset for start in (40, 73) for offset in (-1, 0, 39, 40)]
    assert step[seams].max() <= step.median() * 4
