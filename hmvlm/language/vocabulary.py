"""Text and body-part tokens in one vocabulary: new rows beside the base model's frozen ones.

New ids follow the base vocabulary: four marks, then a motion token for each part and code
(``<torso_7>``), then a pose token for each part and code (``<pose_torso_7>``). The rows start from
the geometry of the tokenizer's codebooks: a fixed random orthonormal map carries code vectors into
embedding space, so that codes which decode alike begin alike.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from hmvlm.body.skeleton import NUM_PARTS, PARTS

MARKS = ("<motion>", "</motion>", "<pose>", "</pose>")
KINDS = ("motion", "pose")


class Vocabulary(nn.Module):
    """Ids and embedding rows of the new tokens.

    Args:
        base_size: rows of the base model's embedding; new ids start there.
        width: embedding width of the base model.
        codebook_size: codes a part.
    """

    def __init__(self, base_size: int, width: int, codebook_size: int) -> None:
        super().__init__()
        if min(base_size, width, codebook_size) <= 0:
            raise ValueError(f"sizes must be positive, got {base_size}, {width}, {codebook_size}")
        self.base_size, self.codebook_size = base_size, codebook_size
        self.weight = nn.Parameter(torch.randn(len(MARKS) + len(KINDS) * NUM_PARTS * codebook_size, width) * 0.02)

    @property
    def size(self) -> int:
        """Ids in all: base, new, and the placeholder of pictures."""
        return self.base_size + len(self.weight) + 1

    @property
    def image(self) -> int:
        """Id of ``<image>``, the placeholder that visual embeddings replace; it has no row of its own."""
        return self.base_size + len(self.weight)

    def mark(self, name: str) -> int:
        """Id of ``<motion>``, ``</motion>``, ``<pose>`` or ``</pose>``."""
        return self.base_size + MARKS.index(name)

    def code_ids(self, codes: Tensor, kind: str = "motion") -> Tensor:
        """Ids of part codes ``(..., 5)``, same shape."""
        start = self.base_size + len(MARKS) + KINDS.index(kind) * NUM_PARTS * self.codebook_size
        return codes + start + torch.arange(NUM_PARTS, device=codes.device) * self.codebook_size

    def part_range(self, part: int, kind: str = "motion") -> range:
        """Ids of one part's codes."""
        start = int(self.code_ids(torch.zeros(NUM_PARTS, dtype=torch.long), kind)[part])
        return range(start, start + self.codebook_size)

    def name(self, token: int) -> str:
        """The token as text, e.g. ``<left_arm_12>``; a base id raises ValueError."""
        if token == self.image:
            return "<image>"
        index = token - self.base_size
        if not 0 <= index < len(self.weight):
            raise ValueError(f"{token} is not one of the new ids {self.base_size} to {self.size - 1}")
        if index < len(MARKS):
            return MARKS[index]
        kind, rest = divmod(index - len(MARKS), NUM_PARTS * self.codebook_size)
        part, code = divmod(rest, self.codebook_size)
        return f"<{'pose_' if kind else ''}{PARTS[part]}_{code}>"

    def table(self, kind: str = "motion") -> Tensor:
        """Rows of the part codes, ``(5, K, width)``."""
        start = len(MARKS) + KINDS.index(kind) * NUM_PARTS * self.codebook_size
        return self.weight[start : start + NUM_PARTS * self.codebook_size].unflatten(0, (NUM_PARTS, -1))

    def embed(self, ids: Tensor) -> Tensor:
        """Rows of new ids ``(...)``: ``(..., width)``."""
        return self.weight[ids - self.base_size]

    def embed_steps(self, codes: Tensor, kind: str = "motion") -> Tensor:
        """One embedding a time step, the sum of its five part tokens: ``(N, 5)`` to ``(N, width)``."""
        return self.embed(self.code_ids(codes, kind)).sum(dim=-2)

    @torch.no_grad()
    def start_from(self, codebooks: dict[str, list[Tensor]], base_rows: Tensor, seed: int = 0) -> None:
        """Set the rows from codebook vectors (``kind`` to five ``(K, d)`` tables) at the base rows' scale.

        The five rows of a step are summed, so each has ``1/sqrt(5)`` of a base row's norm. Every part
        has its own subspace map and its own centre, so that parts do not collide.
        """
        generator = torch.Generator().manual_seed(seed)
        width = self.weight.shape[1]
        scale = base_rows.float().norm(dim=-1).median() / NUM_PARTS**0.5
        for kind in KINDS:
            for part, table in enumerate(codebooks[kind]):
                basis = torch.linalg.qr(torch.randn(width, min(width, table.shape[1]), generator=generator))[0]
                spread = (table.float().cpu() - table.float().cpu().mean(0))[:, : basis.shape[1]]
                moved = (spread / spread.norm(dim=-1).mean()) @ basis.T
                centre = torch.randn(width, generator=generator) * (0.3 / width**0.5)
                rows = self.part_range(part, kind)
                self.weight[rows.start - self.base_size : rows.stop - self.base_size] = (moved + centre) * scale
        marks = torch.randn(len(MARKS), width, generator=generator) / width**0.5
        self.weight[: len(MARKS)] = marks * scale * NUM_PARTS**0.5

    def extend(self, tokenizer):
        """A copy of ``tokenizer`` that knows the new tokens by name under the same ids.

        Only for writing and reading token strings: what a user types is never read through it, so
        nobody can smuggle a motion token into a prompt.
        """
        extended = copy.deepcopy(tokenizer)
        missing = self.base_size - len(extended)
        names = [f"<unused_base_{index}>" for index in range(missing)]
        names += [self.name(self.base_size + index) for index in range(len(self.weight) + 1)]
        extended.add_tokens(names, special_tokens=True)
        return extended
