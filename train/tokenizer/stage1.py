"""Stage 1: train the body-part tokenizer (pose and motion codes together).

    python -m train.tokenizer.stage1 --data data/motions.npz --out checkpoints/embedded/tokenizer
    python -m train.tokenizer.stage1 --data data/motions.npz --out /scratch/whole --parts whole
    python -m train.tokenizer.stage1 ... --device cuda --batch 256 --steps 40000   # a GPU box

Resumes from ``--state`` when that folder holds a state; ``--max-minutes`` ends a run early and
keeps the state. The learning rate follows the share of ``--steps`` done, so resume with the same number.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from hmvlm.body import rotations
from hmvlm.body.skeleton import FEET
from hmvlm.body.smpl import BodyModel
from hmvlm.config import MOTION_FPS, TokenizerConfig
from hmvlm.motion import features
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.loop.schedule import lr_factor
from train.recordings.store import load_motions
from train.tokenizer.metrics import measure
from train.tokenizer.windows import Windows, feature_sequences, statistics

log = logging.getLogger("train.stage1")

SOURCE_WEIGHTS = {"cmu": 0.4, "bandai_namco": 0.3, "ui_prmd": 0.3, "user": 1.0}
LOSS_WEIGHTS = {
    "root": 4.0, "rotations": 0.7, "positions": 1.0, "contacts": 0.3, "joints": 8.0, "speed": 0.4,
    "path": 2.0, "heading": 3.0, "skate": 0.4, "pose": 1.0, "pose_joints": 8.0, "commitment": 0.2,
}  # fmt: skip
POSE_STRIDE = 8
"""Every how many frames of a window the pose branch is trained."""


def losses(output: dict[str, Tensor], target: Tensor, mask: Tensor, std: Tensor, offsets: Tensor) -> dict[str, Tensor]:
    """Loss terms of a batch ``(B, T, 221)``; lengths in metres, angles in radians, the rest normalised."""
    motion = output["motion"]
    error = F.smooth_l1_loss(motion / std, target / std, reduction="none")
    weight = mask[..., None] / mask.sum()

    def share(section: slice) -> Tensor:
        return (error[..., section].mean(-1, keepdim=True) * weight).sum()

    joints = features.heading_free_joints(motion, offsets)
    truth = _true_joints(target)
    apart = (joints - truth).norm(dim=-1).mean(-1)
    pelvis, yaw = features.trajectory(motion)
    true_pelvis, true_yaw = features.trajectory(target)
    pair = mask[:, 1:] * mask[:, :-1]
    speed = ((joints - truth).diff(dim=1) * MOTION_FPS).norm(dim=-1).mean(-1)
    feet = joints[:, :, list(FEET)] @ rotations.yaw_matrix(yaw).transpose(-1, -2) + pelvis[:, :, None]
    slide = feet.diff(dim=1)[..., [0, 2]].norm(dim=-1) * MOTION_FPS * target[:, 1:, features.CONTACTS]

    frames = output["pose_frames"]
    pose, pose_target = output["pose"], features.pose_features(target[:, frames])
    bent = slice(features.ROTATIONS.start, features.POSITIONS.stop)
    pose_joints = features.heading_free_joints(pose, offsets) - _true_joints(pose_target)
    return {
        "root": share(features.ROOT),
        "rotations": share(features.ROTATIONS),
        "positions": share(features.POSITIONS),
        "contacts": share(features.CONTACTS),
        "joints": (apart * mask).sum() / mask.sum(),
        "speed": (speed * pair).sum() / pair.sum(),
        "path": ((pelvis - true_pelvis).norm(dim=-1) * mask).sum() / mask.sum(),
        "heading": ((yaw - true_yaw).abs() * mask).sum() / mask.sum(),
        "skate": (slide.mean(-1) * pair).sum() / pair.sum(),
        "pose": F.smooth_l1_loss(pose[..., bent] / std[bent], pose_target[..., bent] / std[bent]),
        "pose_joints": pose_joints.norm(dim=-1).mean(),
        "commitment": output["commitment"],
    }


def _true_joints(target: Tensor) -> Tensor:
    places = target[..., features.POSITIONS].unflatten(-1, (-1, 3))
    return torch.cat([torch.zeros_like(places[..., :1, :]), places], dim=-2)


def train(args: argparse.Namespace) -> Path:
    """Train as the command line says; returns the folder of the saved tokenizer."""
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    clips = load_motions(args.data)
    chosen = [clip for clip in clips if clip.split == "train"]
    sequences = feature_sequences([clip.motion for clip in chosen], mirror=True)
    windows = Windows(sequences, [clip.source for clip in chosen] * 2, SOURCE_WEIGHTS, args.window)
    held_out = [clip for clip in clips if clip.split == "val"]
    log.info("%d training clips, %.2f h (mirrored)", len(sequences), sum(map(len, sequences)) / MOTION_FPS / 3600)

    model = BodyPartTokenizer(TokenizerConfig(parts=args.parts, codebook_size=args.codes)).to(args.device)
    mean, std = statistics(sequences)
    model.mean.copy_(mean)
    model.std.copy_(std)
    offsets = BodyModel.load().offsets().to(args.device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.99), weight_decay=1e-4, fused=True)
    state, step = Path(args.state), 0
    if (state / "state.pt").is_file():
        saved = torch.load(state / "state.pt", map_location=args.device, weights_only=True)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        step = saved["step"]
        rng = np.random.default_rng(args.seed + step)
        log.info("resumed at step %d", step)
    state.mkdir(parents=True, exist_ok=True)

    started = last_save = time.monotonic()
    running: dict[str, float] = {}
    while step < args.steps and time.monotonic() - started < args.max_minutes * 60:
        for group in optimiser.param_groups:
            group["lr"] = args.lr * lr_factor(step, step / args.steps, args.warmup, floor=0.03)
        raw, mask = (part.to(args.device) for part in windows.batch(args.batch, rng))
        frames = torch.arange(int(rng.integers(POSE_STRIDE)), args.window, POSE_STRIDE)
        with sdpa_kernel(SDPBackend.MATH):  # 24 joints: flash attention costs more than it saves
            output = model(raw, frames) | {"pose_frames": frames}
        terms = losses(output, raw, mask, model.std, offsets)
        loss = sum(LOSS_WEIGHTS[name] * value for name, value in terms.items())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        for name, value in terms.items():
            running[name] = 0.98 * running.get(name, value.item()) + 0.02 * value.item()
        if step % args.log_every == 0:
            row = {"step": step, "minutes": (time.monotonic() - started) / 60} | running
            with (state / "log.jsonl").open("a") as file:
                file.write(json.dumps(row) + "\n")
            log.info("step %d  %s", step, "  ".join(f"{k} {v:.4f}" for k, v in running.items()))
        if time.monotonic() - last_save > 300 or step == args.steps:
            _save(model, optimiser, step, state)
            last_save = time.monotonic()
        if step % args.eval_every == 0 and held_out:
            table = measure(model.eval(), held_out)
            model.train()
            log.info("validation at %d: %s", step, json.dumps(table))
    _save(model, optimiser, step, state)
    model.eval().save_pretrained(args.out)
    return Path(args.out)


def _save(model: BodyPartTokenizer, optimiser: torch.optim.Optimizer, step: int, state: Path) -> None:
    partial = state / "state.pt.partial"
    torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step}, partial)
    partial.replace(state / "state.pt")


def parser() -> argparse.ArgumentParser:
    """The command line of this stage."""
    options = argparse.ArgumentParser(description="Train the body-part tokenizer (stage 1).")
    options.add_argument("--data", default="data/motions.npz", help="file of python -m train.recordings.prepare")
    options.add_argument("--out", default="checkpoints/embedded/tokenizer")
    options.add_argument("--state", default="state/stage1", help="folder for resuming and the log")
    options.add_argument("--parts", choices=("body", "whole"), default="body")
    options.add_argument("--codes", type=int, default=512, help="codes a codebook")
    options.add_argument("--steps", type=int, default=3000)
    options.add_argument("--max-minutes", type=float, default=1e9)
    options.add_argument("--batch", type=int, default=32)
    options.add_argument("--window", type=int, default=64, help="frames; a multiple of 4")
    options.add_argument("--lr", type=float, default=6e-4)
    options.add_argument("--warmup", type=int, default=100)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--device", default="cpu")
    options.add_argument("--log-every", type=int, default=50)
    options.add_argument("--eval-every", type=int, default=1000)
    return options


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(parser().parse_args())
