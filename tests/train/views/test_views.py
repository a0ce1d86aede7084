"""Views: landmarks on the body, cameras, noise, the file, and the baselines."""

import numpy as np
import pytest
import torch

from hmvlm.body.skeleton import INDEX
from hmvlm.body.smpl import BodyModel
from hmvlm.motion.clip import Motion
from hmvlm.vision.landmark_names import MIRROR
from hmvlm.vision.landmarks import Landmarks, features
from train.recordings.store import Clip
from train.views import cameras, noise, poses, store
from train.views.baselines import Perceptron, errors, joints_of, train_perceptron
from train.views.inverse_kinematics import solve_poses
from train.views.sites import Sites


def _some_poses(count: int = 64, size: float = 0.35, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    bent = rng.normal(0, size, (count, 24, 3)).astype(np.float32)
    bent[:, [INDEX[name] for name in ("left_knee", "right_knee")]] = 0
    bent[:, [INDEX["left_knee"], INDEX["right_knee"]], 0] = rng.uniform(0, 1.5, (count, 2))
    bent[:, 0] = 0
    return bent


def _shot(count: int = 64, kind: int = cameras.EASY, seed: int = 0, betas: float = 0.0):
    rng = np.random.default_rng(seed)
    turned = cameras.orient(_some_poses(count, seed=seed), rng)
    shapes = rng.normal(0, betas, (count, 10)).astype(np.float32) if betas else np.zeros((count, 10), np.float32)
    return cameras.shoot(turned, shapes, np.full(count, kind), Sites(), rng)


def test_sites_lie_on_the_skinned_mesh():
    body, rng = BodyModel.load(), np.random.default_rng(1)
    bent, betas = _some_poses(3), rng.normal(0, 1, 10).astype(np.float32)
    points = Sites().posed(bent, np.tile(betas, (3, 1))).points
    rest = body.rest_joints(betas)[0].numpy()
    mesh = body.vertices(bent, np.tile(-rest, (3, 1)), betas).numpy()
    apart = np.linalg.norm(mesh[:, None] - points[:, :, None], axis=-1).min(axis=-1)
    skin = [0, 1, 2, 3, 7, 9, 17, 19, 21, 29, 31, 33, 34, 35]
    assert apart[:, skin].max() < 0.012
    joints = body.joints(bent, np.tile(-rest, (3, 1)), betas).numpy()
    for landmark, name in ((11, "left_shoulder"), (14, "right_elbow"), (24, "right_hip"), (27, "left_ankle")):
        assert np.allclose(points[:, landmark], joints[:, INDEX[name]], atol=1e-5)


def test_left_and_right_mirror():
    bent = _some_poses(5)
    bent[:, 0] = np.random.default_rng(0).normal(0, 1, (5, 3))
    zero = np.zeros((5, 10), np.float32)
    points = Sites().posed(bent, zero).points[:, :33]
    other = Sites().posed(poses.mirrored(bent), zero).points[:, :33]
    # The mesh is symmetric to a few millimetres only.
    assert np.allclose(other, points[:, MIRROR] * [-1, 1, 1], atol=0.01)
    assert points[0, 11, 0] != 0 and Sites().posed(np.zeros((1, 24, 3)), zero[:1]).points[0, 11, 0] > 0


def test_upright_person_facing_the_camera_has_no_rotation():
    upright = np.zeros((1, 24, 3), np.float32)
    zero = np.zeros((1, 10), np.float32)
    seen = cameras.shoot(upright, zero, np.array([cameras.EASY]), Sites(), np.random.default_rng(0))[1]
    assert seen.pixels[0, 0, 1] < seen.pixels[0, 27, 1]  # the nose is above the ankle: y points down
    assert seen.pixels[0, 11, 0] > seen.pixels[0, 12, 0]  # the left shoulder is at the picture's right
    assert seen.metric[0, 0, 2] > 0.05  # the nose is nearer to the viewer than the hips
    assert np.allclose(seen.metric[0, [23, 24]].mean(axis=0), 0, atol=1e-6)


@pytest.mark.parametrize("kind", [cameras.EASY, cameras.TRUNCATED, cameras.OCCLUDED])
def test_pictures_show_what_was_wanted(kind):
    shots, seen = _shot(200, kind, betas=1.0)
    assert (shots.kind == kind).mean() > 0.7
    assert (seen.outside[:, cameras.MAIN].any(axis=1) == (shots.kind == cameras.TRUNCATED)).all()
    assert (cameras.in_camera(np.zeros((200, 1, 3)), shots)[..., 2] < 0).all()
    assert np.allclose(cameras.project(np.zeros((200, 1, 3)), shots)[:, 0], shots.place)
    assert (shots.size <= 480).all() and np.isfinite(seen.pixels).all()


def test_orient_takes_out_the_heading_and_keeps_the_pose():
    bent = _some_poses(500)
    turned = cameras.orient(bent, np.random.default_rng(0))
    assert np.array_equal(turned[:, 1:], bent[:, 1:])
    joints = joints_of(turned).numpy()
    across = joints[:, INDEX["left_hip"]] - joints[:, INDEX["right_hip"]]
    heading = np.arctan2(-across[:, 2], across[:, 0])
    assert abs(np.exp(1j * heading).mean()) < 0.15  # all around
    assert (joints[:, INDEX["neck"], 1] > 0).mean() > 0.9  # upright mostly


def _bank(count: int = 60, seed: int = 0) -> noise.Bank:
    rng = np.random.default_rng(seed)
    view, hidden = noise.describe(_shot(count, seed=seed)[1])
    return noise.Bank(
        kind=(np.arange(count) % 3).astype(np.int8),
        view=view,
        hidden=hidden,
        swapped=rng.random((count, 2)) < 0.3,
        shift=rng.normal(0, 0.02, (count, 2)).astype(np.float32),
        size=rng.normal(0, 0.1, (count, 2)).astype(np.float32),
        plane=rng.normal(0, 0.02, (count, 33, 2)).astype(np.float32),
        turn=rng.normal(0, 0.2, (count, 3)).astype(np.float32),
        rest=rng.normal(0, 0.05, (count, 33, 3)).astype(np.float32),
        seen=rng.random((count, 33)).astype(np.float32),
        held=np.arange(count) % 5 == 0,
        offsets=np.zeros((33, 3), np.float32),
    )


def test_features_are_those_of_the_product():
    seen = _shot(4)[1]
    visible = np.random.default_rng(0).random((4, 33)).astype(np.float32)
    ours = noise.features_of(seen.pixels, seen.region, seen.metric, visible)
    for row in range(4):
        region = np.append(seen.region[row], 0.3)
        one = Landmarks(seen.pixels[row], seen.metric[row], visible[row], 1.0, region)
        assert np.allclose(ours[row], features(one), atol=1e-5)


def test_residuals_are_undone_by_applying_them():
    """Disturb views by known residuals, take the result for a measurement, and learn it back."""
    from train.views.rendered import Rendered

    shots, seen = _shot(60)
    bank = _bank(60)
    bank = noise.Bank(**{**bank.__dict__, "swapped": np.zeros((60, 2), bool)})
    got = noise.Noise(bank).apply(seen, bank, None)
    region = np.zeros((60, 4))
    region[:, :2] = seen.region[:, :2] + bank.shift * seen.region[:, 2:] * [1, -1]
    region[:, 2] = seen.region[:, 2] * np.exp(bank.size[:, 0])
    pixels = got[..., :2] * [1, -1] * region[:, None, 2:3] / 2 + region[:, None, :2]
    rows = Rendered(
        shots, np.full(60, "clip"), np.zeros(60, np.int8), np.ones(60, bool), pixels, got[..., 2:5], got[..., 5],
        np.ones(60), region,
    )  # fmt: skip
    again = noise.residuals(rows, bank.offsets)
    assert not again.swapped.any()
    assert np.allclose(again.plane, bank.plane, atol=1e-4)
    assert np.allclose(noise.Noise(again).apply(seen, again, None), got, atol=1e-4)


def test_bank_survives_its_file_and_mirrors_twice(tmp_path):
    bank = _bank()
    bank.save(tmp_path / "noise.npz")
    again = noise.Bank.load(tmp_path / "noise.npz")
    assert np.array_equal(again.swapped, bank.swapped) and np.array_equal(again.hidden, bank.hidden)
    assert np.allclose(again.plane, bank.plane, atol=0.005) and np.allclose(again.rest, bank.rest, atol=0.01)
    twice = bank.mirrored().mirrored()
    assert all(np.allclose(getattr(twice, name), getattr(bank, name)) for name in ("view", "plane", "rest", "turn"))


def test_noise_keeps_mirrors():
    """The residual of a mirrored picture disturbs the mirrored body into the mirrored features."""
    seen, bank = _shot(60)[1], _bank(60)
    other = cameras.Seen(
        seen.pixels[:, MIRROR] * [-1, 1], seen.metric[:, MIRROR] * [-1, 1, 1], seen.region * [-1, 1, 1],
        seen.outside[:, MIRROR], seen.covered[:, MIRROR], seen.frames,
    )  # fmt: skip
    model = noise.Noise(bank)
    plain, flipped = model.apply(seen, bank, None), model.apply(other, bank.mirrored(), None)
    assert np.allclose(flipped, plain[:, MIRROR] * [-1, 1, -1, 1, 1, 1], atol=1e-4)


def test_noise_comes_from_alike_views_of_the_same_kind():
    shots, seen = _shot(30)
    bank = _bank(60)
    model = noise.Noise(bank)
    rng = np.random.default_rng(0)
    chosen = model.choose(seen, shots.kind, rng)
    assert (np.concatenate([bank.kind, bank.kind])[chosen] == shots.kind).all()
    drawn = model.features(seen, shots.kind, rng)
    assert drawn.shape == (30, 33, 6) and np.isfinite(drawn).all()
    assert (drawn[..., 5] >= 0).all() and (drawn[..., 5] <= 1).all()


def test_committed_noise_is_used():
    assert noise.NOISE.stat().st_size < 1.5e6
    bank = noise.Bank.load()
    assert len(bank) > 2000 and np.isfinite(bank.plane).all()
    assert set(np.unique(bank.kind)) == {0, 1, 2}
    assert np.abs(bank.offsets).max() < 0.08


def test_swaps_are_found_and_exchanged_back():
    from train.views.rendered import Rendered

    shots, seen = _shot(60)
    swapped = np.zeros((60, 2), bool)
    swapped[:30, 0], swapped[15:45, 1] = True, True
    pixels, metric = noise.exchanged(seen.pixels, swapped), noise.exchanged(seen.metric, swapped)
    rows = Rendered(
        shots, np.full(60, "clip"), np.zeros(60), np.ones(60, bool), pixels, metric, np.ones((60, 33)),
        np.ones(60), np.append(seen.region, np.zeros((60, 1)), axis=1),
    )  # fmt: skip
    assert (noise.find_swaps(rows, seen) == swapped).mean() > 0.95
    assert np.array_equal(noise.exchanged(pixels, swapped), seen.pixels)


def test_rare_poses_are_not_drowned():
    still, bent = np.zeros((980, 24, 3), np.float32), np.zeros((20, 24, 3), np.float32)
    still[:, INDEX["left_elbow"], 1] = np.random.default_rng(0).normal(0, 0.01, 980)
    bent[:, INDEX["left_hip"], 0] = np.linspace(-1.5, -1.2, 20)
    clips = [
        Clip(name, "cmu", "train", name, Motion(values, np.zeros((len(values), 3))))
        for name, values in (("stand", still), ("kick", bent))
    ]
    pools = [poses.PosePool(clips, seed=seed, stride=1) for seed in range(3)]  # one start of the clusters is luck
    draws = [pool.draw(4000, np.random.default_rng(0), mixed=0.0, mirror=0.5) for pool in pools]
    shares = [(drawn.clip == 1).mean() for drawn in draws]
    assert min(shares) > 0.03 and max(shares) < 0.6 and np.mean(shares) > 0.036  # 0.02 of the frames are kicks
    drawn = draws[0]
    kicks = drawn.poses[drawn.clip == 1]
    right = np.abs(kicks[:, INDEX["right_hip"], 0]) > 1
    assert 0.3 < right.mean() < 0.7
    assert poses.draw_betas(100, np.random.default_rng(0)).shape == (100, 10)


def test_strange_poses_turn_the_named_joints_and_only_a_share():
    still = _some_poses(400)
    turned = poses.twisted(still, np.random.default_rng(0))
    moved = np.abs(turned - still).max(axis=(0, 2)) > 1e-4
    assert {name for name, joint in INDEX.items() if moved[joint]} == {
        name for name in INDEX if name.split("_")[-1] in poses.TWIST
    }
    clip = Clip(
        "a",
        "cmu",
        "train",
        "stand",
        Motion(np.zeros((40, 24, 3), np.float32), np.zeros((40, 3), np.float32), 20.0),
        {},
        {},
    )
    pool = poses.PosePool([clip], stride=1)
    drawn = pool.draw(2000, np.random.default_rng(1), mixed=0.0, strange=0.25).poses
    assert 0.2 < (np.abs(drawn).max(axis=(1, 2)) > 0).mean() < 0.3
    plain = pool.draw(2000, np.random.default_rng(1), mixed=0.0).poses
    assert not plain.any()


def test_views_survive_their_file(tmp_path):
    rng = np.random.default_rng(0)
    count = 50
    views = store.Views(
        features=rng.normal(0, 0.5, (count, 33, 6)).astype(np.float32),
        poses=rng.normal(0, 1, (count, 24, 3)).astype(np.float32),
        split=np.arange(count) % 3,
        kind=np.arange(count) % 3,
        measured=np.arange(count) % 2 == 0,
        clip=np.arange(count) % 4,
        clips=np.array(["a", "b", "c", "d"]),
    )
    store.save_views(tmp_path / "views.npz", views)
    again = store.load_views(tmp_path / "views.npz")
    assert np.abs(again.poses - views.poses).max() <= 1 / 1024 + 1e-6
    assert np.abs(again.features - views.features)[..., :5].max() <= 1 / 512 + 1e-6
    assert np.array_equal(again.measured, views.measured) and list(again.clips) == ["a", "b", "c", "d"]
    test = again.rows(split="test", measured=True)
    assert (test.split == 2).all() and test.measured.all() and len(test) == 8
    assert (again.rows(kind="occluded").kind == 2).all()


def test_missing_and_wrong_views_say_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="train.views.prepare"):
        store.load_views(tmp_path / "none.npz")
    with pytest.raises(ValueError, match="features"):
        store.Views(*[np.zeros((2, 3))] * 6, clips=np.array([]))


def test_errors_measure_and_align():
    bent = _some_poses(8)
    same = errors(bent, bent)
    assert same["mpjpe"] < 1e-3 and same["pa_mpjpe"] < 1e-2
    turned = bent.copy()
    turned[:, 0] = [0.0, 1.0, 0.0]
    moved = errors(turned, bent)
    assert moved["mpjpe"] > 50 and moved["pa_mpjpe"] < 1e-2


def test_analytic_baseline_follows_exact_landmarks():
    shots, seen = _shot(64)
    exact = noise.features_of(seen.pixels, seen.region, seen.metric, np.ones((64, 33)))
    found = errors(solve_poses(exact), shots.poses)
    assert found["mpjpe"] < 60 and found["pa_mpjpe"] < 50  # random joints bend where bodies cannot
    upright = cameras.shoot(
        np.zeros((1, 24, 3), np.float32), np.zeros((1, 10), np.float32), np.zeros(1, int), Sites(),
        np.random.default_rng(0),
    )[1]  # fmt: skip
    straight = noise.features_of(upright.pixels, upright.region, upright.metric, np.ones((1, 33)))
    assert errors(solve_poses(straight), np.zeros((1, 24, 3), np.float32))["mpjpe"] < 30


def test_perceptron_learns():
    shots, seen = _shot(256)
    exact = noise.features_of(seen.pixels, seen.region, seen.metric, np.ones((256, 33)))
    tags = {name: np.zeros(256, int) for name in ("split", "kind", "clip")}
    views = store.Views(exact, shots.poses, **tags, measured=np.zeros(256, bool), clips=np.array(["a"]))
    model = train_perceptron(views, steps=60, batch=64)
    start = Perceptron(torch.from_numpy(exact).mean(0), torch.ones(33, 6))
    trained, untrained = (errors(net.poses(exact), shots.poses)["mpjpe"] for net in (model, start))
    assert trained < 0.5 * untrained


def test_mixed_residuals_take_whole_limbs_from_another_picture():
    shots, seen = _shot(60)
    bank = _bank(60)
    bank = noise.Bank(**{**bank.__dict__, "swapped": np.zeros((60, 2), bool)})
    model, other = noise.Noise(bank, mixed=1.0), bank[np.arange(60)[::-1]]
    mixture = model._mixture(bank, other, np.random.default_rng(0))
    for limb in noise.LIMBS:
        own = (mixture.rest[:, limb] == bank.rest[:, limb]).all(axis=(1, 2))
        taken = (mixture.rest[:, limb] == other.rest[:, limb]).all(axis=(1, 2))
        assert (own ^ taken).all() and 10 < taken.sum() < 50
        assert (mixture.plane[taken][:, limb] == other.plane[taken][:, limb]).all()
    head = list(range(11))
    assert np.array_equal(mixture.rest[:, head], bank.rest[:, head])
    crossed = noise.Bank(**{**bank.__dict__, "swapped": np.ones((60, 2), bool)})
    assert np.array_equal(model._mixture(crossed, other, np.random.default_rng(0)).rest, bank.rest)
    assert not np.allclose(
        model.features(seen, shots.kind, np.random.default_rng(1)),
        noise.Noise(bank).features(seen, shots.kind, np.random.default_rng(1)),
    )


def test_pictures_of_training_clips_join_a_bank():
    from train.views.rendered import Rendered

    shots, seen = _shot(60)
    bank, split = _bank(60), np.repeat([0, 1, 2], 20).astype(np.int8)
    found = np.arange(60) % 2 == 0
    rows = Rendered(
        shots,
        np.full(60, "clip"),
        split,
        found,
        seen.pixels,
        seen.metric,
        np.ones((60, 33)),
        np.ones(60),
        np.append(seen.region, np.zeros((60, 1)), axis=1),
    )
    more = noise.added(bank, rows)
    assert len(more) == 70 and not more.held[60:].any()
    assert np.array_equal(more.plane[:60], bank.plane) and np.array_equal(more.offsets, bank.offsets)
