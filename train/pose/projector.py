"""Before stage 2: align the landmark projector, so that the language model is shown bodies and not noise.

    python -m train.pose.projector --views data/views.npz --encoder data/body_encoder.safetensors \
        --out data/projector.safetensors --max-minutes 6

LLaVA aligns its projector before it tunes the language model; here a throwaway head on the mean of the 33
embeddings has to tell the pose, which teaches the projector within minutes what the mixture of stage 2
would take hours to. The head is thrown away: poses come out of the language model. The body encoder in it was taught
before and stays as it is.
"""

from __future__ import annotations

import argparse
import logging
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from hmvlm.body import rotations
from hmvlm.body.skeleton import NUM_JOINTS
from hmvlm.body.smpl import BodyModel
from hmvlm.config import VisionConfig, preset
from hmvlm.language.base import load_base
from hmvlm.vision.projector import make_projector
from train.loop.schedule import lr_factor
from train.pose.body_encoder import BodyReader
from train.views.store import ViewStore, load_views

log = logging.getLogger("train.pose.projector")


def align(args: argparse.Namespace) -> None:
    """Train as the command line says and write the projector."""
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    views = load_views(args.views)
    train, val = views.rows("train"), views.rows("val")
    words = load_base(preset(args.preset).base)[0].get_input_embeddings().weight.float()
    projector = make_projector(VisionConfig(), words.shape[1])
    if args.encoder:
        projector.encoder.load_state_dict(BodyReader.load(args.encoder).encoder.state_dict())
    projector.encoder.requires_grad_(False).eval()
    head = nn.Sequential(
        nn.LayerNorm(words.shape[1]), nn.Linear(words.shape[1], 512), nn.GELU(), nn.Linear(512, NUM_JOINTS * 6)
    )
    optimiser = torch.optim.AdamW(
        [*(p for p in projector.parameters() if p.requires_grad), *head.parameters()], lr=args.lr, weight_decay=0.01
    )

    def predict(seen: np.ndarray) -> Tensor:
        visual = torch.from_numpy(seen.astype(np.float32)).flatten(0, 1)
        pooled = projector(visual).unflatten(0, (len(seen), -1)).mean(1)
        return rotations.matrix_from_6d(head(pooled).unflatten(-1, (NUM_JOINTS, 6)))

    def error(rows: np.ndarray, source: ViewStore) -> tuple[Tensor, Tensor]:
        local = predict(source.features[rows])
        truth = rotations.axis_angle_to_matrix(torch.from_numpy(source.poses[rows].astype(np.float32)))
        body = BodyModel.load()
        joints = (body.relative_joints(local) - body.relative_joints(truth)).norm(dim=-1).mean()
        return joints, (local - truth).square().sum((-1, -2)).mean()

    started, step = time.monotonic(), 0
    while (share := (time.monotonic() - started) / (args.max_minutes * 60)) < 1 and step < args.steps:
        share = max(share, step / args.steps)
        for group in optimiser.param_groups:
            group["lr"] = args.lr * lr_factor(step, share, warmup=50)
        joints, turned = error(rng.integers(0, len(train.poses), args.batch), train)
        optimiser.zero_grad()
        (10 * joints + turned).backward()
        nn.utils.clip_grad_norm_([*projector.parameters(), *head.parameters()], 1.0)
        optimiser.step()
        step += 1
        if step % 100 == 0:
            with torch.no_grad():
                held_out = error(np.arange(len(val.poses))[:2000], val)[0]
            log.info("step %d  joints %.1f mm  val %.1f mm", step, joints.item() * 1e3, held_out.item() * 1e3)
    with torch.no_grad():  # embeddings as long as those of words, beside what the encoder says
        shown = projector.without_encoder(torch.from_numpy(val.features[:256].astype(np.float32)))
        scale = words.norm(dim=-1).median() / shown.norm(dim=-1).median()
        projector.output_proj[-1].weight.mul_(scale)
        projector.output_proj[-1].bias.mul_(scale)
    Path(args.out).parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in projector.state_dict().items()}, args.out)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--views", default="data/views.npz")
    options.add_argument(
        "--encoder", help="file of python -m train.pose.body_encoder; left out, the encoder knows nothing"
    )
    options.add_argument("--preset", default="embedded")
    options.add_argument("--out", default="data/projector.safetensors")
    options.add_argument("--batch", type=int, default=256)
    options.add_argument("--lr", type=float, default=1e-3)
    options.add_argument("--steps", type=int, default=4000)
    options.add_argument("--max-minutes", type=float, default=1e9)
    options.add_argument("--seed", type=int, default=0)
    align(options.parse_args())
