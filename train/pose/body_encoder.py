"""Before the projector: teach the body encoder, on as many views as can be drawn, what landmarks say of a pose.

    python -m train.views.prepare --data data/motions.npz --out data/views_many.npz --train 1000000 --seed 11
    python -m train.pose.body_encoder --views data/views_many.npz --out data/body_encoder.safetensors --max-minutes 55

A linear head tells the pose from what the encoder says. It stays behind in the file: poses come out of the language model,
whose heads learn from it (``train.pose.heads --encoder``). The language model loses some of what is said on the way, so noise
is added to it here: the encoder learns to say what matters more than once. Half of the views are mirrored anew each time they are
drawn. A run that is cut short goes on from its ``.state`` file; ``--start`` goes on from the encoder of a checkpoint.
"""

from __future__ import annotations

import argparse
import copy
import logging
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from hmvlm.body import rotations
from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.body.smpl import BodyModel
from hmvlm.config import VisionConfig
from hmvlm.language.model import MOTION
from hmvlm.vision.body_encoder import BodyEncoder, mirror_image
from train.loop.average import Average
from train.loop.schedule import lr_factor
from train.views.baselines import errors
from train.views.columns import join_rows
from train.views.poses import reflected
from train.views.store import ViewStore, load_views

log = logging.getLogger("train.pose.body_encoder")

WEIGHTS = {"camera_joints": 10.0, "pelvis_joints": 5.0, "rotations": 2.0}
"""Shares of the loss: joints in the camera's axes and in the pelvis' own (metres), squared differences of rotation matrices."""
SMOOTHING = 0.999
"""What a step keeps of the running mean of the weights, which is what is written."""
NOISE = 0.25
"""Deviation of the noise on what is said, whose own is 1."""
ENCODER = "projector.encoder."
"""Where the encoder's weights are among those of a checkpoint."""
LEAST_SPREAD = 0.02
NORMALISED_FROM = 20_000
SAVE_SECONDS = 240.0


class BodyReader(nn.Module):
    """The encoder and a linear head: features ``(N, 33, 6)`` to rotations ``(N, 24, 3, 3)``, the pelvis in the camera frame."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.encoder = BodyEncoder(config)
        self.head = nn.Linear(self.encoder.output_dim, NUM_JOINTS * 6)
        nn.init.normal_(self.head.weight, std=1e-3)
        with torch.no_grad():
            self.head.bias.copy_(rotations.matrix_to_6d(torch.eye(3)).repeat(NUM_JOINTS))

    def forward(self, features: Tensor) -> Tensor:
        said = self.encoder.encode(features)
        if self.training:
            said = said + NOISE * torch.randn_like(said)
        return rotations.matrix_from_6d(self.head(said).unflatten(-1, (NUM_JOINTS, 6)))

    @torch.no_grad()
    def poses(self, features: np.ndarray) -> np.ndarray:
        """Axis-angle ``(N, 24, 3)``: the mean of what is read from the landmarks and from their mirror image."""
        found = []
        for part in torch.from_numpy(features).float().split(4096):
            part = part.to(self.head.weight.device)
            plain, other = self(part), rotations.matrix_to_axis_angle(self(mirror_image(part)))
            back = rotations.axis_angle_to_matrix(reflected(other))
            found.append(rotations.matrix_to_axis_angle(rotations.nearest_rotation(plain + back)).cpu())
        return torch.cat(found).numpy()

    @staticmethod
    def load(path: str | Path, config: VisionConfig | None = None) -> BodyReader:
        """Read what :func:`train` wrote."""
        reader = BodyReader(config or VisionConfig())
        reader.load_state_dict({name: value.float() for name, value in load_file(path).items()})
        return reader.eval()


def loss(reader: BodyReader, features: Tensor, poses: Tensor) -> Tensor:
    """The loss of features ``(N, 33, 6)`` whose poses are ``(N, 24, 3)``."""
    true, found, joints = rotations.axis_angle_to_matrix(poses), reader(features), BodyModel.load().relative_joints
    here, there = joints(found), joints(true)
    terms = {
        "camera_joints": (here - there).norm(dim=-1).mean(),
        "pelvis_joints": (here @ found[:, 0] - there @ true[:, 0]).norm(dim=-1).mean(),
        "rotations": (found - true).square().mean(),
    }
    return sum(WEIGHTS[name] * value for name, value in terms.items())


def train(views: ViewStore, val: ViewStore, args: argparse.Namespace, config: VisionConfig | None = None) -> BodyReader:
    """Train as the command line says and write the running mean of the weights."""
    torch.manual_seed(args.seed)
    features, poses = (
        torch.from_numpy(views.features).half().to(args.device),
        torch.from_numpy(views.poses).float().to(args.device),
    )
    reader, state = BodyReader(config or VisionConfig()).to(args.device), Path(f"{args.out}.state")
    some = features[:NORMALISED_FROM].float()
    both = torch.cat([some, mirror_image(some)])
    reader.encoder.mean.copy_(both.mean(0))
    reader.encoder.std.copy_(both.std(0).clamp_min(LEAST_SPREAD))
    if args.start and Path(args.start).is_dir():
        known = load_file(Path(args.start) / MOTION)
        own = {name.removeprefix(ENCODER): value.float() for name, value in known.items() if name.startswith(ENCODER)}
        reader.encoder.load_state_dict(own)
    elif args.start:
        reader.load_state_dict({name: value.float() for name, value in load_file(args.start).items()})
    average = Average(reader.parameters(), SMOOTHING)
    optimiser = torch.optim.AdamW(reader.parameters(), lr=args.lr, weight_decay=0.02)
    step, spent = 0, 0.0
    if state.is_file():
        kept = torch.load(state, map_location=args.device, weights_only=True)
        reader.load_state_dict(kept["reader"])
        average.load_state_dict(kept["average"])
        optimiser.load_state_dict(kept["optimiser"])
        step, spent = kept["step"], kept["spent"]
        log.info("going on from step %d", step)
    started = saved = time.monotonic()
    half = args.batch // 2
    while (share := max(step / args.steps, (spent + time.monotonic() - started) / (60 * args.max_minutes))) < 1:
        for group in optimiser.param_groups:
            group["lr"] = args.lr * lr_factor(step, share, warmup=300)
        rows = torch.randint(len(features), (args.batch,), device=args.device)
        seen, true = features[rows].float(), poses[rows]
        seen = torch.cat([seen[:half], mirror_image(seen[half:])])
        true = torch.cat([true[:half], reflected(true[half:])])
        value = loss(reader, seen, true)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        step += 1
        average.update()
        if time.monotonic() - saved > SAVE_SECONDS:
            saved = time.monotonic()
            kept = {"reader": reader.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
            torch.save({**kept, "step": step, "spent": spent + saved - started}, state)
            with average.in_place():
                log.info(
                    "step %d  loss %.3f  val %s",
                    step,
                    value.item(),
                    errors(reader.eval().poses(val.features), val.poses),
                )
            reader.train()
    with average.in_place():
        mean = copy.deepcopy(reader).eval()
    log.info("step %d  val %s", step, errors(mean.poses(val.features), val.poses))
    save_file({name: value.cpu().half().contiguous() for name, value in mean.state_dict().items()}, args.out)
    state.unlink(missing_ok=True)
    return mean


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--views", nargs="+", default=["data/views_many.npz"], help="one or more files")
    options.add_argument("--out", default="data/body_encoder.safetensors")
    options.add_argument(
        "--start",
        help="folder of a checkpoint whose encoder goes on learning, with a new head; or a file that --out was",
    )
    options.add_argument("--device", default="cpu")
    options.add_argument("--batch", type=int, default=512)
    options.add_argument("--lr", type=float, default=1e-3)
    options.add_argument("--steps", type=int, default=10**9)
    options.add_argument("--max-minutes", type=float, default=55.0)
    options.add_argument("--seed", type=int, default=0)
    args = options.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    views = join_rows([load_views(path) for path in args.views], shared="clips")
    Path(args.out).parent.mkdir(parents=True, exist_ok=True)
    train(views.rows("train"), views.rows("val"), args)


if __name__ == "__main__":
    main()
