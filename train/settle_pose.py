"""After stage 2: settle what reads poses, on cached states of the language model.

    python -m train.settle_pose --model checkpoints/embedded --views data/views.npz --count 12000

The language model is run once over many views, forward only, and its states at the pictures and at ``<pose>`` are kept in
``--cache`` (a run that is cut short goes on from there), 39 kB a view. Then the pose neck, the orientation head and the pose rows of the
part head are trained on them for many passes. Motion's rows, the experts and the gate stay as they are.

States of few views are learnt by heart. So the poses to learn are those that a *teacher* reads from the same landmarks, a perceptron
trained on all views: what landmarks cannot tell is averaged out of them. Only training uses it.
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from hmvlm.language.decoding import pose_states
from hmvlm.language.model import MotionLanguageModel
from hmvlm.language.moe_lora import folded
from hmvlm.language.prompting import POSE_PROMPT
from hmvlm.language.vocabulary import KINDS
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.pose_task import WEIGHTS, Views, losses
from train.schedule import rate
from train.templates import POSE
from train.views.baselines import train_perceptron
from train.views.store import load_views

log = logging.getLogger("train.settle_pose")

BATCH = 32


@torch.inference_mode()
def cached_states(model: MotionLanguageModel, seen: np.ndarray, cache: Path, minutes: float, seed: int) -> Tensor:
    """States ``(M, V + 1, H)`` float16 of the first M of ``seen`` ``(N, 33, 6)``, as many as ``minutes`` allow but at least a batch; half of the batches ask in varied words."""
    known = [torch.load(part, weights_only=True) for part in sorted(cache.glob("*.pt"))]
    done, started = sum(map(len, known)), time.monotonic()
    cache.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed + done)
    while done < len(seen) and (not known or time.monotonic() - started < minutes * 60):
        words = POSE_PROMPT if rng.random() < 0.5 else rng.choice(POSE)
        alpha = model.gate(model.gate.encode([words]), model.gate.media(["image"])).exp()
        fresh = []
        with folded(model.backbone, alpha):
            for part in torch.from_numpy(seen[done : done + 8 * BATCH]).split(BATCH):
                fresh.append(pose_states(model, [model.builder.pose_answer(words, one) for one in part]).half())
        known.append(torch.cat(fresh))
        torch.save(known[-1], cache / f"{done:08d}.pt")
        done += len(known[-1])
        log.info("%d of %d states", done, len(seen))
    return torch.cat(known)[: len(seen)]


def settle(model: MotionLanguageModel, tokenizer: BodyPartTokenizer, states: Tensor, views: Views, args: argparse.Namespace) -> None:
    """Train the pose neck, the orientation head and the pose rows of the part head in place."""
    head, pose = model.part_head, KINDS.index("pose")
    shared = [head.out, head.place]
    own = [*model.pose_neck.parameters(), *model.orientation.parameters()]
    model.requires_grad_(False)
    for parameter in (*own, *shared):
        parameter.requires_grad_(True)
    kept, spread = slice(0, len(states) - args.held_out), states[:1000].float().std()
    model.train()
    optimiser = torch.optim.AdamW([{"params": own, "weight_decay": 0.05}, {"params": shared, "weight_decay": 0.0}], lr=args.lr)
    for step in range(args.steps):
        for group in optimiser.param_groups:
            group["lr"] = args.lr * rate(step, step / args.steps, warmup=30)
        rows = torch.randint(kept.stop, (args.batch,)).tolist()
        hidden = states[rows].float()
        hidden += args.noise * spread * torch.randn_like(hidden)
        terms = losses(model, tokenizer, hidden, views, rows)
        optimiser.zero_grad()
        sum(WEIGHTS[name] * value for name, value in terms.items()).backward()
        for parameter in shared:
            parameter.grad[[index for index in range(len(KINDS)) if index != pose]] = 0
        optimiser.step()
        if (step + 1) % args.log_every == 0 or step == 0:
            rest = list(range(kept.stop, len(states)))
            with torch.no_grad():
                tested = losses(model.eval(), tokenizer, states[rest].float(), views, rest)
            model.train()
            log.info("step %d  %s", step + 1, "  ".join(f"{k} {v.item():.4f} ({tested[k].item():.4f})" for k, v in terms.items()))


def main() -> None:
    """Settle the pose heads of a checkpoint in place."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="checkpoints/embedded")
    options.add_argument("--tokenizer", help="by default the one in the model's folder")
    options.add_argument("--views", default="data/views.npz")
    options.add_argument("--cache", default="state/pose_states", help="folder; delete it when the model has changed")
    options.add_argument("--count", type=int, default=12_000, help="views to look at")
    options.add_argument("--measured", type=float, default=0.3, help="share of rendered pictures among them")
    options.add_argument("--held-out", type=int, default=500, help="of them only measured on")
    options.add_argument("--minutes", type=float, default=1e9, help="most time to spend on the states")
    options.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    options.add_argument("--steps", type=int, default=2000)
    options.add_argument("--batch", type=int, default=256)
    options.add_argument("--lr", type=float, default=1e-3)
    options.add_argument("--log-every", type=int, default=100)
    options.add_argument("--teacher-seconds", type=float, default=300.0, help="training time of the teacher; 0 learns from the true poses")
    options.add_argument("--noise", type=float, default=0.05, help="deviation added to the states, in units of theirs")
    options.add_argument("--seed", type=int, default=0)
    args = options.parse_args()
    torch.manual_seed(args.seed)
    tokenizer = BodyPartTokenizer.from_pretrained(args.tokenizer or Path(args.model) / "tokenizer").requires_grad_(False)
    train = load_views(args.views).rows(split="train")
    if args.teacher_seconds > 0:
        log.info("training the teacher on %d views", len(train))
        teacher = train_perceptron(train, 10**9, seed=args.seed, seconds=args.teacher_seconds)
    rng = np.random.default_rng(args.seed)
    real, drawn = (rng.permutation(np.flatnonzero(kind)) for kind in (train.measured, ~train.measured))
    count = min(len(real), round(args.measured * args.count))
    chosen = rng.permutation(np.concatenate([real[:count], drawn[: args.count - count]]))
    seen, poses = train.features[chosen], train.poses[chosen]
    running = MotionLanguageModel.from_pretrained(args.model, dtype=getattr(torch, args.dtype))
    states = cached_states(running, seen, Path(args.cache), args.minutes, args.seed)
    kept = len(states) - args.held_out
    if args.teacher_seconds > 0:
        poses = np.concatenate([teacher.poses(seen[:kept]), poses[kept:]])
    views = Views.of(seen[: len(states)], poses[: len(states)], tokenizer)
    model = MotionLanguageModel.from_pretrained(args.model)
    settle(model, tokenizer, states, views, args)
    model.eval().save_pretrained(args.model)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    main()
