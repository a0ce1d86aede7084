"""Two baselines of pose estimation without a language model, and pose errors of any method.

    python -m train.views.baselines --views data/views.npz [--steps 6000]

prints the errors of analytic inverse kinematics and of a perceptron over landmarks on the test rows.
"""

from __future__ import annotations

import itertools
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_model
from torch import Tensor, nn

from hmvlm.body import rotations
from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.body.smpl import BodyModel
from train.loop.joint_errors import joint_errors
from train.loop.objective import Objective, RandomBatches
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, option, parse_settings
from train.views.inverse_kinematics import solve_poses
from train.views.store import KINDS, ViewStore, load_views

WIDTH, LAYERS = 1024, 3


def joint_positions(poses: np.ndarray | Tensor, betas: np.ndarray | None = None) -> Tensor:
    """Joints ``(N, 24, 3)`` in metres of bodies in ``poses`` ``(N, 24, 3)``, the pelvis at the origin.

    ``betas`` ``(N, 10)`` are their shapes, None for the average body.
    """
    matrices = rotations.axis_angle_to_matrix(torch.as_tensor(poses, dtype=torch.float32))
    shapes = None if betas is None else torch.as_tensor(betas, dtype=torch.float32)
    return BodyModel.load().relative_joints(matrices, shapes)


def row_errors(
    predicted: np.ndarray, true: np.ndarray, betas: np.ndarray | None = None, true_betas: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """MPJPE and PA-MPJPE in mm of poses ``(N, 24, 3)``, means over 24 joints, ``(N,)`` each.

    Bodies have the shapes ``betas`` and ``true_betas`` ``(N, 10)`` (None: the average one) and their pelvis at the
    origin of the camera's axes; PA-MPJPE is the error after the best similarity transform (rotation, translation,
    scale) of each predicted body.
    """
    plain, aligned = joint_errors(
        joint_positions(predicted, betas).double(), joint_positions(true, true_betas).double()
    )
    return 1e3 * plain.numpy(), 1e3 * aligned.numpy()


def errors(predicted: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """``mpjpe`` and ``pa_mpjpe`` in mm of poses ``(N, 24, 3)``, means of :func:`row_errors`."""
    plain, aligned = row_errors(predicted, true)
    return {"mpjpe": float(plain.mean()), "pa_mpjpe": float(aligned.mean())}


class Perceptron(nn.Module):
    """Features ``(N, 33, 6)`` to rotations ``(N, 24, 3, 3)``; ``mean`` and ``std`` normalise the features."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        sizes = [mean.numel()] + [WIDTH] * LAYERS
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            layers += [nn.Linear(before, after), nn.LayerNorm(after), nn.GELU()]
        self.body = nn.Sequential(*layers)
        self.output_proj = nn.Linear(WIDTH, NUM_JOINTS * 6)
        nn.init.normal_(self.output_proj.weight, std=1e-3)
        with torch.no_grad():
            self.output_proj.bias.copy_(rotations.matrix_to_6d(torch.eye(3)).repeat(NUM_JOINTS))

    def forward(self, features: Tensor) -> Tensor:
        hidden = self.body(((features - self.mean) / self.std).flatten(1))
        return rotations.matrix_from_6d(self.output_proj(hidden).unflatten(-1, (NUM_JOINTS, 6)))

    @torch.no_grad()
    def poses(self, features: np.ndarray) -> np.ndarray:
        """Axis-angle ``(N, 24, 3)``."""
        matrices = torch.cat([self(part) for part in torch.from_numpy(features).split(4096)])
        return rotations.matrix_to_axis_angle(matrices).numpy()


class PerceptronObjective(Objective):
    """Joint error (L1, metres) and rotation error (squared matrix distance) of the perceptron on training rows."""

    loss_weights = {"joints": 10.0, "rotations": 1.0}

    def __init__(self, views: ViewStore) -> None:
        super().__init__()
        self.features, self.targets = torch.from_numpy(views.features), torch.from_numpy(views.poses)
        self.model = Perceptron(self.features.mean(0), self.features.std(0).clamp_min(0.02))

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        true = rotations.axis_angle_to_matrix(self.targets[batch])
        predicted = self.model(self.features[batch])
        joints = BodyModel.load().relative_joints
        return {
            "joints": (joints(predicted) - joints(true)).abs().mean(),
            "rotations": (predicted - true).square().mean(),
        }

    def save(self, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        save_model(self.model, str(out / "perceptron.safetensors"))


class RandomRows(RandomBatches):
    """Indices ``(batch,)`` of rows, with replacement."""

    def __init__(self, count: int, batch: int, seed: int) -> None:
        super().__init__(seed)
        self.count, self.batch = count, batch

    def draw(self, rng: random.Random) -> Tensor:
        return torch.tensor(rng.choices(range(self.count), k=self.batch))


def train_perceptron(views: ViewStore, steps: int, batch: int = 256, seed: int = 0) -> Perceptron:
    """Train the perceptron on training rows for a number of steps, so that its errors do not depend on the machine."""
    torch.manual_seed(seed)
    objective = PerceptronObjective(views)
    with tempfile.TemporaryDirectory() as folder:
        state, out = str(Path(folder) / "state"), str(Path(folder) / "out")
        settings = LoopSettings(
            out=out, state=state, steps=steps, eval_every=steps, warmup=200, lr_floor=0.0, seed=seed
        )
        TrainingLoop("perceptron", objective, RandomRows(len(views), batch, seed), settings).run()
    return objective.model.eval()


def table(views: ViewStore, methods: dict[str, np.ndarray]) -> str:
    """Errors of each method's poses, by kind of view and for sampled and measured rows."""
    lines = [f"{'mm, MPJPE / PA':16s}" + "".join(f"{name:>22s}" for name in methods) + f"{'rows':>8s}"]
    groups = [(kind, views.kind == number) for number, kind in enumerate(KINDS)]
    groups.append(("all", np.ones(len(views), bool)))
    for label, own in (("sampled", ~views.measured), ("measured", views.measured)):
        for kind, rows in groups:
            rows = rows & own
            if not rows.any():
                continue
            found = [errors(poses[rows], views.poses[rows]) for poses in methods.values()]
            cells = [f"{row['mpjpe']:6.1f} / {row['pa_mpjpe']:5.1f}" for row in found]
            lines.append(f"{label + ' ' + kind:18s}" + "".join(f"{cell:>20s}" for cell in cells) + f"{rows.sum():8d}")
    return "\n".join(lines)


@dataclass(kw_only=True)
class Settings:
    """Settings of :mod:`train.views.baselines`."""

    views: str = option("data/views.npz", "file of python -m train.views.prepare")
    steps: int = option(6000, "training steps of the perceptron")


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(Settings, argv, __doc__)
    views = load_views(settings.views)
    test = views.rows(split="test")
    model = train_perceptron(views.rows(split="train"), settings.steps)
    print(table(test, {"analytic": solve_poses(test.features), "perceptron": model.poses(test.features)}))


if __name__ == "__main__":
    main()
