r"""Find codes of the exemplars that decode nearer to their motions than those of the encoder do: analysis by synthesis.

    python -m train.rankers.exemplar_codes --exemplars out/rankers --tokenizer out/tokenizer \
        --data data/motions.npz data/authored.npz --out out/rankers

The encoder takes the codebook vector next to its own for every part and step by itself, whatever the decoder makes of
it. Here several near codes are tried at a step, and that is kept with which the decoded motion is nearest to the
recorded one around it. The motions are found again in the files of recordings by their codes.
"""

from __future__ import annotations

import logging
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.config import MAX_STEPS, MIN_STEPS, MOTION_FPS, TEMPORAL_STRIDE
from hmvlm.motion import features
from hmvlm.motion.clip import Motion
from hmvlm.rankers.exemplars import Exemplars
from hmvlm.tokenizer.model import BodyPartTokenizer
from train.captions import examples
from train.loop.settings import option, parse_settings
from train.recordings.store import Recording, load_motions

log = logging.getLogger("train.rankers")
SAME = 0.6
"""Share of equal codes, without the ends, from which a motion is taken for that of an exemplar of the same length."""
SPEED_WEIGHT, HEIGHT_WEIGHT, TRAVEL_WEIGHT, TURN_WEIGHT = 0.05, 0.5, 0.05, 0.05
"""Of errors of the joints' speed (m/s), the pelvis' height (m), its planar velocity (m/s) and turning rate (rad/s),
beside 1 of the joints' places (m).
"""
APART = 5
"""Steps between two that are changed at the same time."""
REACH = 2
"""Steps on either side within which a changed step counts."""


@dataclass(kw_only=True)
class CodesSettings:
    """Find better codes for exemplars."""

    exemplars: str = option(help="folder of exemplars.npz")
    tokenizer: str = option("checkpoints/embedded/tokenizer", "folder of the body-part tokenizer")
    data: list[str] = option(["data/motions.npz"], "files of recordings, authored and composed motions")
    out: str = option(help="folder to write exemplars.npz to")
    tries: int = option(4, "nearest codes that are tried at a step of a part")
    sweeps: int = option(1, "times that all steps of all parts are tried")
    batch: int = option(8, "motions of one length that are searched together")


def shown(clips: Iterable[Recording]) -> Iterator[Motion]:
    """The captioned motions of training clips, each followed by its mirror image."""
    for clip in clips:
        if clip.split != "train":
            continue
        whole = [clip.motion] if clip.source == "authored" else []
        for motion in whole or [one.motion for one in examples([clip], None, random.Random(0), n=1, crops=True)]:
            yield motion
            yield motion.mirrored()


class Known:
    """Exemplars by their codes."""

    def __init__(self, codes: list[np.ndarray]) -> None:
        rows: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(codes):
            rows[len(one)].append(number)
        self.rows = {length: np.array(numbers) for length, numbers in rows.items()}
        self.codes = {length: np.stack([codes[number] for number in numbers]) for length, numbers in rows.items()}

    def like(self, codes: np.ndarray) -> tuple[int, float]:
        """Number of the exemplar that is most like codes ``(S, 5)``, and the share of equal codes; -1 and 0 if none
        has the length.
        """
        if len(codes) not in self.rows:
            return -1, 0.0
        equal = (self.codes[len(codes)][:, 1:-1] == codes[None, 1:-1]).mean((1, 2))
        best = int(equal.argmax())
        return int(self.rows[len(codes)][best]), float(equal[best])


@torch.no_grad()
def found_again(exemplars: Exemplars, tokenizer: BodyPartTokenizer, motions: Iterable[Motion]) -> dict[int, Tensor]:
    """Features ``(4 S, 221)`` of the exemplars' own motions, by their numbers, as far as they are among the motions."""
    known, best = Known(exemplars.codes), defaultdict[int, float](float)
    found: dict[int, Tensor] = {}
    for number, motion in enumerate(motions, start=1):
        if number % 1000 == 0:
            log.info("%d motions looked at, %d exemplars found", number, len(found))
        raw = features.encode(motion)[: MAX_STEPS * TEMPORAL_STRIDE]
        if len(raw) < MIN_STEPS * TEMPORAL_STRIDE:
            continue
        codes = tokenizer.encode_features(raw).numpy()
        place, share = known.like(codes)
        if share >= max(SAME, best[place]):
            best[place], found[place] = share, raw[: len(codes) * TEMPORAL_STRIDE]
    return found


def distance(decoded: Tensor, raw: Tensor) -> Tensor:
    """How far decoded features ``(..., T, 221)`` are from those recorded, a frame ``(..., T)``."""
    apart = features.heading_free_joints(decoded) - features.heading_free_joints(raw)
    moves = F.pad(apart.diff(dim=-3), (0, 0, 0, 0, 1, 0)).norm(dim=-1).mean(-1) * MOTION_FPS
    root = decoded[..., features.ROOT] - raw[..., features.ROOT]
    places = apart.norm(dim=-1).mean(-1) + SPEED_WEIGHT * moves
    travel = TRAVEL_WEIGHT * root[..., 1:3].norm(dim=-1) + TURN_WEIGHT * root[..., 3].abs()
    return places + HEIGHT_WEIGHT * root[..., 0].abs() + travel


@torch.no_grad()
def searched(
    tokenizer: BodyPartTokenizer, raw: Tensor, codes: Tensor, tries: int, sweeps: int = 1,
    parts: Sequence[int] = range(NUM_PARTS), measure: Callable[[Tensor, Tensor], Tensor] = distance,
) -> Tensor:  # fmt: skip
    """Codes ``(B, S, P)`` that decode nearer to features ``(B, 4 S, 221)`` than the given ones.

    Args:
        tries: nearest codes that are tried at each step of each part, beside that which is there.
        sweeps: times that all are tried.
        parts: parts whose codes may change.
        measure: how far features ``(..., T, 221)`` are from others, a frame ``(..., T)``.
    """
    books = tokenizer.motion_quantizer.codebooks()
    vectors = tokenizer.motion_vectors(raw)
    near = torch.stack(
        [torch.cdist(vectors[:, :, part], book).topk(tries, largest=False).indices for part, book in enumerate(books)],
        dim=2,
    )
    steps, current = codes.shape[1], codes.clone()
    for _ in range(sweeps):
        for part in parts:
            for first in range(min(APART, steps)):
                places = torch.arange(first, steps, APART)
                rows = current.repeat(tries + 1, 1, 1, 1)
                rows[1:, :, places, part] = near[:, places, part].permute(2, 0, 1)
                errors = measure(tokenizer.decode_features(rows), raw)
                steps_errors = errors.unflatten(-1, (steps, TEMPORAL_STRIDE)).sum(-1)
                around = F.avg_pool1d(steps_errors, 2 * REACH + 1, stride=1, padding=REACH)[..., places]
                best = around.argmin(dim=0)
                current[:, places, part] = rows[..., part][..., places].gather(0, best[None])[0]
    return current


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    settings = parse_settings(CodesSettings, argv, __doc__)
    torch.set_num_threads(1)
    store = Exemplars.from_pretrained(settings.exemplars)
    tokenizer = BodyPartTokenizer.from_pretrained(settings.tokenizer)
    motions = (motion for path in settings.data for motion in shown(load_motions(path)))
    found = found_again(store, tokenizer, motions)
    log.info("%d of %d exemplars found in the recordings", len(found), len(store))
    groups: dict[int, list[int]] = defaultdict(list)
    for number, raw in found.items():
        groups[len(raw)].append(number)
    before, after = [], []
    for length, numbers in sorted(groups.items()):
        for start in range(0, len(numbers), settings.batch):
            some = numbers[start : start + settings.batch]
            raw = torch.stack([found[number] for number in some])
            codes = torch.from_numpy(np.stack([store.codes[number] for number in some]).astype(np.int64))
            better = searched(tokenizer, raw, codes, settings.tries, settings.sweeps)
            old, new = (distance(tokenizer.decode_features(one), raw).mean(-1) for one in (codes, better))
            for place, number in enumerate(some):
                if new[place] < old[place]:
                    store.codes[number] = better[place].numpy().astype(store.codes[number].dtype)
            before += old.tolist()
            after += torch.minimum(old, new).tolist()
        log.info("%d steps: distance %.4f, was %.4f", length // TEMPORAL_STRIDE, np.mean(after), np.mean(before))
    store.save(settings.out)
    log.info("%d exemplars written to %s", len(store), settings.out)


if __name__ == "__main__":
    main()
