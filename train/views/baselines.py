"""Two ways from landmarks to poses without a language model, and the errors of any way.

    python -m train.views.baselines --views data/views.npz [--steps 6000]

prints the table of both over the test rows: analytic inverse kinematics and a plain perceptron.
"""

from __future__ import annotations

import argparse
import itertools
import time

import numpy as np
import torch
from torch import Tensor, nn

from hmvlm.body import rotations
from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.body.smpl import BodyModel
from train.loop.joint_errors import joint_errors
from train.views.inverse_kinematics import solve_poses
from train.views.store import KINDS, ViewStore, load_views

WIDTH, LAYERS = 1024, 3


def joints_of(poses: np.ndarray | Tensor) -> Tensor:
    """Joints ``(N, 24, 3)`` in metres of the average body in ``poses`` ``(N, 24, 3)``, the pelvis at the origin."""
    matrices = rotations.axis_angle_to_matrix(torch.as_tensor(poses, dtype=torch.float32))
    return BodyModel.load().relative_joints(matrices)


def row_errors(predicted: np.ndarray, true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """MPJPE and PA-MPJPE in mm of poses ``(N, 24, 3)``, means over 24 joints, ``(N,)`` each.

    Both bodies have the average shape and their pelvis at the origin of the camera's axes; PA-MPJPE
    is what a similarity (rotation, translation, scale) of each predicted body leaves.
    """
    plain, aligned = joint_errors(joints_of(predicted).double(), joints_of(true).double())
    return 1e3 * plain.numpy(), 1e3 * aligned.numpy()


def errors(predicted: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """``mpjpe`` and ``pa_mpjpe`` in mm of poses ``(N, 24, 3)``, means of :func:`row_errors`."""
    plain, aligned = row_errors(predicted, true)
    return {"mpjpe": float(plain.mean()), "pa_mpjpe": float(aligned.mean())}


class Perceptron(nn.Module):
    """Features ``(N, 33, 6)`` to rotations ``(N, 24, 3, 3)``; ``mean`` and ``std`` normalise the features."""

    def __init__(self, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        sizes = [mean.numel()] + [WIDTH] * LAYERS
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            layers += [nn.Linear(before, after), nn.LayerNorm(after), nn.GELU()]
        self.body = nn.Sequential(*layers)
        self.leave = nn.Linear(WIDTH, NUM_JOINTS * 6)
        nn.init.normal_(self.leave.weight, std=1e-3)
        with torch.no_grad():
            self.leave.bias.copy_(rotations.matrix_to_6d(torch.eye(3)).repeat(NUM_JOINTS))

    def forward(self, features: Tensor) -> Tensor:
        hidden = self.body(((features - self.mean) / self.std).flatten(1))
        return rotations.matrix_from_6d(self.leave(hidden).unflatten(-1, (NUM_JOINTS, 6)))

    @torch.no_grad()
    def poses(self, features: np.ndarray) -> np.ndarray:
        """Axis-angle ``(N, 24, 3)``."""
        matrices = torch.cat([self(part) for part in torch.from_numpy(features).split(4096)])
        return rotations.matrix_to_axis_angle(matrices).numpy()


def train_perceptron(views: ViewStore, steps: int, batch: int = 256, seed: int = 0, seconds: float = 1e9) -> Perceptron:
    """Fit the perceptron on training rows by Adam: joints (L1) and rotations (L2), cosine decay.

    ``seconds`` bounds the time: the decay follows whichever of steps and time runs faster.
    """
    torch.manual_seed(seed)
    features, poses = torch.from_numpy(views.features), torch.from_numpy(views.poses)
    model = Perceptron(features.mean(0), features.std(0).clamp_min(0.02))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    start, share, step = time.monotonic(), 0.0, 0
    while share < 1:
        share = max(step / steps, (time.monotonic() - start) / seconds)
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * min(1.0, (step + 1) / 200) * (0.5 + 0.5 * np.cos(np.pi * min(share, 1.0)))
        rows = torch.randint(len(features), (batch,))
        true = rotations.axis_angle_to_matrix(poses[rows])
        predicted = model(features[rows])
        joints = BodyModel.load().relative_joints
        loss = (joints(predicted) - joints(true)).abs().mean() * 10 + (predicted - true).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
    return model.eval()


def table(views: ViewStore, methods: dict[str, np.ndarray]) -> str:
    """Errors of predicted poses a method, by kind of view and for drawn and measured rows."""
    lines = [f"{'mm, MPJPE / PA':16s}" + "".join(f"{name:>22s}" for name in methods) + f"{'rows':>8s}"]
    groups = [(kind, views.kind == number) for number, kind in enumerate(KINDS)]
    groups.append(("all", np.ones(len(views), bool)))
    for label, own in (("drawn", ~views.measured), ("measured", views.measured)):
        for kind, rows in groups:
            rows = rows & own
            if not rows.any():
                continue
            found = [errors(poses[rows], views.poses[rows]) for poses in methods.values()]
            cells = [f"{row['mpjpe']:6.1f} / {row['pa_mpjpe']:5.1f}" for row in found]
            lines.append(f"{label + ' ' + kind:18s}" + "".join(f"{cell:>20s}" for cell in cells) + f"{rows.sum():8d}")
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--views", default="data/views.npz")
    options.add_argument("--steps", type=int, default=6000)
    options.add_argument("--seconds", type=float, default=300.0, help="most time to train the perceptron for")
    args = options.parse_args()
    views = load_views(args.views)
    test = views.rows(split="test")
    model = train_perceptron(views.rows(split="train"), args.steps, seconds=args.seconds)
    print(table(test, {"analytic": solve_poses(test.features), "perceptron": model.poses(test.features)}))


if __name__ == "__main__":
    main()
