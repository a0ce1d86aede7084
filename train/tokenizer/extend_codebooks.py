r"""Further codes for movements that the codebooks do not cover, such as lying, crawling and rolling.

    python -m train.tokenizer.extend_codebooks --model out/tokenizer --data data/all.npz --codes 640 --out out/extended

Encoders and the present codes stay as they are, so what a language model has learnt of them stays true. The new code
vectors are fitted to the training recordings by k-means: to the vectors farthest from the present codes, so that
movements which these cover keep them. Afterwards train the decoders on with :mod:`train.tokenizer.refine_decoders`
and ``--blend 1``; a language model grows by new rows when stage 2 starts from it (``--init``) with the new tokenizer.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from hmvlm.atomic import atomic_folder
from hmvlm.config import TEMPORAL_STRIDE
from hmvlm.tokenizer import parts
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.loop.guards import existing_output
from train.loop.settings import option, parse_settings
from train.loop.state import StateError
from train.recordings.store import load_motions
from train.tokenizer.windows import feature_sequences

log = logging.getLogger("train.tokenizer")


@dataclass(kw_only=True)
class ExtendSettings:
    """Add codes to a trained tokenizer."""

    model: str = option(help="folder of the trained tokenizer")
    data: str = option("data/motions.npz", "recordings with the movements that it should learn")
    out: str = option(help="folder to write")
    codes: int = option(640, "codes per part of the extended codebooks")
    iterations: int = option(20, "rounds of k-means")
    farthest: float = option(0.25, "share of the vectors, those farthest from the present codes, that new codes fit")
    most: int = option(60_000, "vectors per part that are fitted at most")
    seed: int = option(0, "of the choice of vectors and first centres")


@torch.no_grad()
def extend(tokenizer: BodyPartTokenizer, sequences: Iterable[Tensor], settings: ExtendSettings) -> BodyPartTokenizer:
    """A tokenizer with more codes, fitted to features ``(T_i, 221)``; the first codes are those of ``tokenizer``.

    Raises:
        ValueError: ``codes`` is not above the present number.
    """
    if settings.codes <= tokenizer.config.codebook_size:
        raise ValueError(f"--codes {settings.codes}: the tokenizer has {tokenizer.config.codebook_size} already")
    motion, pose = vectors(tokenizer, sequences)
    larger = BodyPartTokenizer(replace(tokenizer.config, codebook_size=settings.codes))
    state, old = larger.state_dict(), tokenizer.state_dict()
    state |= {name: value for name, value in old.items() if state[name].shape == value.shape}
    larger.load_state_dict(state)
    generator = torch.Generator().manual_seed(settings.seed)
    for kind, found in (("motion", motion), ("pose", pose)):
        books = zip(
            getattr(tokenizer, f"{kind}_quantizer").quantizers, getattr(larger, f"{kind}_quantizer").quantizers,
            strict=True,
        )  # fmt: skip
        for part, (before, after) in enumerate(books):
            points = found[:, part][torch.randperm(len(found), generator=generator)[: settings.most]]
            distances = torch.cdist(points, before.codebook).min(dim=1).values
            far = points[distances >= distances.quantile(1 - settings.farthest)]
            table = with_new_centres(before.codebook, far, settings.codes, settings.iterations, generator)
            after._codebook.embed.copy_(table[None])
            after._codebook.embed_avg.copy_(table[None])
            after._codebook.cluster_size.fill_(1.0)
            after._codebook.initted.fill_(True)
            log.info("%s part %d: %s", kind, part, gain(before.codebook, table, points))
    return larger.eval()


def vectors(tokenizer: BodyPartTokenizer, sequences: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
    """Code vectors before quantisation of features ``(T_i, 221)``: motion ``(N, P, d)``, poses ``(M, P, d)``."""
    motion, poses = [], []
    for raw in sequences:
        frames = len(raw) // TEMPORAL_STRIDE * TEMPORAL_STRIDE
        if not frames:
            continue
        normalised = tokenizer.normalise(raw[:frames])[None]
        motion.append(tokenizer.temporal(tokenizer.latents(normalised), parts.dynamics(normalised))[0])
        poses.append(tokenizer.pose_vectors(raw[:frames:TEMPORAL_STRIDE]))
    if not motion:
        raise ValueError("there is no recording of four frames or more to fit codes to")
    return torch.cat(motion), torch.cat(poses)


def with_new_centres(table: Tensor, points: Tensor, size: int, iterations: int, generator: torch.Generator) -> Tensor:
    """A table ``(size, d)``: the present centres ``(K, d)``, and new ones fitted to points ``(N, d)`` by k-means.

    First centres are drawn as in k-means++ (Arthur and Vassilvitskii 2007): in proportion to the squared distance to
    the nearest centre.
    """
    nearest = torch.cdist(points, table).min(dim=1).values.square()
    chosen = table
    while len(chosen) < size:
        drawn = points[torch.multinomial(nearest.clamp_min(1e-12), 1, generator=generator)]
        chosen = torch.cat([chosen, drawn])
        nearest = torch.minimum(nearest, (points - drawn).square().sum(dim=1))
    for _ in range(iterations):
        owners = torch.cdist(points, chosen).argmin(dim=1)
        sums = torch.zeros_like(chosen).index_add_(0, owners, points)
        counts = torch.bincount(owners, minlength=size)
        moved = counts > 0
        moved[: len(table)] = False
        chosen[moved] = sums[moved] / counts[moved, None]
    return chosen


def gain(before: Tensor, after: Tensor, points: Tensor) -> str:
    """Quantisation error of points with both tables, and the share of points that take a new code."""
    old, new = torch.cdist(points, before).min(dim=1), torch.cdist(points, after).min(dim=1)
    share = (new.indices >= len(before)).float().mean()
    return f"error {old.values.mean():.3f} -> {new.values.mean():.3f}, {share:.1%} of the vectors take new codes"


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(ExtendSettings, argv, __doc__)
    out = Path(settings.out)
    if taken := existing_output(out, ("tokenizer.json",)):
        raise StateError(f"{taken} exists; choose another --out")
    clips = [clip.motion for clip in load_motions(settings.data) if clip.split == "train"]
    larger = extend(BodyPartTokenizer.from_pretrained(settings.model), feature_sequences(clips, mirror=True), settings)
    with atomic_folder(out) as partial:
        larger.save_pretrained(partial)


if __name__ == "__main__":
    main()
