"""Before poses are settled: turn what the body encoder says into directions that the language model carries to its last layer.

    python -m train.pose.encoder_directions --model checkpoints/embedded --views data/views.npz --max-minutes 13

The language model stays as it is. What is learnt is the linear map of the projector that adds the encoder's numbers to the
embeddings, together with the pose neck's linear look at the last states, which has to find the same numbers there. In random
directions 12 % of their variance is lost on the way, in learnt ones 5 %. Then comes :mod:`train.pose.heads`.
"""

from __future__ import annotations

import argparse
import logging
import time

import numpy as np
import torch
from torch import Tensor

from hmvlm.language.decoding import pose_states
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import folded
from hmvlm.language.prompting import POSE_PROMPT
from train.loop.schedule import lr_factor
from train.views.store import load_views

log = logging.getLogger("train.pose.encoder_directions")

LOUDER = 3.0
"""How much faster the projector's map learns than the look."""
TESTED = 32


def lost(model: MotionLanguageModel, seen: Tensor) -> Tensor:
    """Mean square of what the look misses of the encoder's numbers, whose own is 1, over people ``(N, 33, 6)``; the gate is the caller's."""
    said = model.projector.encoder(seen.to(model.device)).detach()
    prompts = [model.builder.pose_answer(POSE_PROMPT, one) for one in seen]
    return (model.pose_neck.token_proj(pose_states(model, prompts)[:, :-1]) - said).square().mean()


def carry(model: MotionLanguageModel, seen: np.ndarray, held_out: np.ndarray, args: argparse.Namespace) -> None:
    """Learn the two maps in place on features ``(N, 33, 6)``."""
    rng = np.random.default_rng(args.seed)
    model.requires_grad_(False).eval()
    groups = [(model.projector.encoder_proj, LOUDER * args.lr), (model.pose_neck.token_proj, args.lr)]
    optimiser = torch.optim.Adam(
        [{"params": list(part.requires_grad_(True).parameters()), "lr": lr} for part, lr in groups]
    )
    alpha = model.gate(model.gate.encode([POSE_PROMPT]), model.gate.media(["image"])).exp()
    model, alpha = model.to(args.device), alpha.to(args.device)
    tested = torch.from_numpy(held_out[rng.permutation(len(held_out))[:TESTED]]).float()
    started, step = time.monotonic(), 0
    with folded(model.backbone, alpha):
        while (share := max(step / args.steps, (time.monotonic() - started) / (60 * args.max_minutes))) < 1:
            for group, (_, lr) in zip(optimiser.param_groups, groups, strict=True):
                group["lr"] = lr * lr_factor(step, share, warmup=20)
            value = lost(model, torch.from_numpy(seen[rng.integers(0, len(seen), args.batch)]).float())
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
            step += 1
            if step % args.log_every == 0:
                with torch.no_grad():
                    log.info("step %d  lost %.4f  held out %.4f", step, value.item(), lost(model, tested).item())


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="checkpoints/embedded")
    options.add_argument("--views", default="data/views.npz")
    options.add_argument("--batch", type=int, default=8)
    options.add_argument("--lr", type=float, default=1e-3)
    options.add_argument("--steps", type=int, default=10**9)
    options.add_argument("--max-minutes", type=float, default=13.0)
    options.add_argument("--log-every", type=int, default=25)
    options.add_argument("--device", default="cpu")
    options.add_argument("--seed", type=int, default=0)
    return options


def main() -> None:
    """Learn the maps of a checkpoint in place."""
    args = parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    views = load_views(args.views)
    model = MotionLanguageModel.from_pretrained(args.model)
    carry(model, views.rows("train").features, views.rows("val").features, args)
    model.save_pretrained(args.model)


if __name__ == "__main__":
    main()
