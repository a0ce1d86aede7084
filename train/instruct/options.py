"""The command line of :mod:`train.instruct.stage2`."""

from __future__ import annotations

import argparse


def parser() -> argparse.ArgumentParser:
    """The command line of this stage."""
    options = argparse.ArgumentParser(description="Instruction tuning (stage 2).")
    options.add_argument("--preset", default="embedded")
    options.add_argument("--segments", default="data/stage2.npz", help="file of python -m train.segments.prepare")
    options.add_argument("--dialogue", default="data/dialogue", help="folder with dolly_*.jsonl")
    options.add_argument("--tokenizer", default="checkpoints/embedded/tokenizer")
    options.add_argument("--init", help="folder of a trained model to go on from, with a fresh optimiser")
    options.add_argument("--views", help="file of python -m train.views.prepare; without it the pose task is left out")
    options.add_argument("--pose-share", type=float, default=0.3, help="share of pose examples in the mixture")
    options.add_argument("--caption-share", type=float, default=0.08, help="share of motions to be captioned")
    options.add_argument("--question-share", type=float, default=0.2, help="share of motions to be asked about")
    options.add_argument(
        "--notes",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="measured notes beside motions that are asked about",
    )
    options.add_argument(
        "--even-questions",
        action="store_true",
        help="ask rare questions more often; needs segments of stage2_data --order",
    )
    options.add_argument(
        "--corrupt",
        type=float,
        default=0.0,
        help="largest share of random codes before those to predict, against learning by heart",
    )
    options.add_argument(
        "--average",
        type=float,
        default=0.0,
        help="keep the best running mean of the weights; what a step leaves of it, 0.998 say",
    )
    options.add_argument("--balance", type=float, default=0.35, help="0 draws every action alike, 1 every clip")
    options.add_argument(
        "--focus", nargs="*", default=[], metavar="GROUP=FACTOR", help="draw some actions so many times as often"
    )
    options.add_argument("--projector", help="file of python -m train.pose.projector to start the projector from")
    options.add_argument("--out", default="checkpoints/embedded")
    options.add_argument("--state", default="state/stage2", help="folder for resuming and the log")
    options.add_argument("--layout", choices=("stepwise", "flat"), default="stepwise")
    options.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32", help="of the frozen base")
    options.add_argument("--cpu", action="store_true", help="stay on the CPU even if there is a GPU")
    options.add_argument("--steps", type=int, default=1500)
    options.add_argument("--max-minutes", type=float, default=1e9, help="end this call early; the state is kept")
    options.add_argument(
        "--minutes",
        type=float,
        default=1e9,
        help="of the whole run: the rates sink with them or with --steps, whichever is further",
    )
    options.add_argument("--save-minutes", type=float, default=8)
    options.add_argument("--positions", type=int, default=1024, help="packed positions a forward pass")
    options.add_argument("--row", type=int, default=112, help="positions a packed row; attention grows with its square")
    options.add_argument(
        "--workers",
        type=int,
        default=0,
        help="processes that draw examples ahead; a GPU wants as many as there are cores",
    )
    options.add_argument("--accumulate", type=int, default=1, help="forward passes an optimiser step")
    options.add_argument("--talk-batch", type=int, default=64, help="talk prompts a forward pass")
    options.add_argument("--text-weight", type=float, default=0.3)
    options.add_argument("--clear-weight", type=float, default=0.3)
    options.add_argument("--lr", type=float, default=1.5e-3, help="of the experts")
    options.add_argument("--token-lr", type=float, default=1.5e-3, help="of new rows and the part head")
    options.add_argument("--projector-lr", type=float, default=3e-4)
    options.add_argument("--gate-lr", type=float, default=5e-4)
    options.add_argument("--warmup", type=int, default=40)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--log-every", type=int, default=10)
    options.add_argument("--eval-every", type=int, default=150)
    options.add_argument("--eval-batches", type=int, default=6)
    options.add_argument("--weight-decay", type=float, default=0.01)
    options.add_argument("--tensorboard", action="store_true")
    return options


def focus_of(values: list[str], groups: set[str]) -> dict[str, float]:
    """``GROUP=FACTOR`` options as a dictionary; ValueError where there is no such group."""
    focus = {}
    for value in values:
        name, _, factor = value.rpartition("=")
        if name not in groups:
            raise ValueError(f"--focus {value!r}: no group {name!r}; there are {', '.join(sorted(groups))}")
        focus[name] = float(factor)
    return focus
