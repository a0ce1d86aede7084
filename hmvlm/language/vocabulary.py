"""Body-part tokens in the language model's vocabulary: trained embeddings beside the base model's frozen ones.

New ids follow the base vocabulary: four special tokens, a motion token per part and code (``<torso_7>``), and a pose
token per part and code (``<pose_torso_7>``). Embeddings are initialised from the tokenizer's codebooks by a fixed
random orthonormal map into the embedding space, so that similar codes have similar embeddings.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from hmvlm.body.skeleton import NUM_PARTS, PARTS

SPECIAL_TOKENS = ("<motion>", "</motion>", "<pose>", "</pose>")
KINDS = ("motion", "pose")


class Vocabulary(nn.Module):
    """Ids and embeddings of the new tokens.

    Args:
        base_size: rows of the base model's embedding; new ids start there.
        width: embedding width of the base model.
        codebook_size: codes per part.
    """

    def __init__(self, base_size: int, width: int, codebook_size: int) -> None:
        super().__init__()
        if min(base_size, width, codebook_size) <= 0:
            raise ValueError(f"sizes must be positive, got {base_size}, {width}, {codebook_size}")
        self.base_size, self.codebook_size = base_size, codebook_size
        self.weight = nn.Parameter(
            torch.randn(len(SPECIAL_TOKENS) + len(KINDS) * NUM_PARTS * codebook_size, width) * 0.02
        )

    @property
    def size(self) -> int:
        """Size of the whole vocabulary: base, new, and the picture placeholder."""
        return self.base_size + len(self.weight) + 1

    @property
    def image(self) -> int:
        """Id of ``<image>``, the placeholder that visual embeddings replace; it has no embedding."""
        return self.base_size + len(self.weight)

    def special_id(self, name: str) -> int:
        """Id of ``<motion>``, ``</motion>``, ``<pose>`` or ``</pose>``."""
        return self.base_size + SPECIAL_TOKENS.index(name)

    def code_ids(self, codes: Tensor, kind: str = "motion") -> Tensor:
        """Ids of part codes ``(..., 5)``, same shape."""
        start = self.base_size + len(SPECIAL_TOKENS) + KINDS.index(kind) * NUM_PARTS * self.codebook_size
        return codes + start + torch.arange(NUM_PARTS, device=codes.device) * self.codebook_size

    def part_range(self, part: int, kind: str = "motion") -> range:
        """Ids of one part's codes."""
        start = int(self.code_ids(torch.zeros(NUM_PARTS, dtype=torch.long), kind)[part])
        return range(start, start + self.codebook_size)

    def name(self, token: int) -> str:
        """The token as text, e.g. ``<left_arm_12>``; ValueError for an id of the base vocabulary."""
        if token == self.image:
            return "<image>"
        index = token - self.base_size
        if not 0 <= index < len(self.weight):
            raise ValueError(f"{token} is not one of the new ids {self.base_size} to {self.size - 1}")
        if index < len(SPECIAL_TOKENS):
            return SPECIAL_TOKENS[index]
        kind, rest = divmod(index - len(SPECIAL_TOKENS), NUM_PARTS * self.codebook_size)
        part, code = divmod(rest, self.codebook_size)
        return f"<{'pose_' if kind else ''}{PARTS[part]}_{code}>"

    def table(self, kind: str = "motion") -> Tensor:
        """Embeddings of the part codes, ``(5, K, width)``."""
        start = len(SPECIAL_TOKENS) + KINDS.index(kind) * NUM_PARTS * self.codebook_size
        return self.weight[start : start + NUM_PARTS * self.codebook_size].unflatten(0, (NUM_PARTS, -1))

    def embed(self, ids: Tensor) -> Tensor:
        """Embeddings ``(..., width)`` of new ids ``(...)``."""
        return self.weight[ids - self.base_size]

    def embed_steps(self, codes: Tensor, kind: str = "motion") -> Tensor:
        """One embedding per time step, the sum of its five part tokens: ``(N, 5)`` to ``(N, width)``."""
        return self.embed(self.code_ids(codes, kind)).sum(dim=-2)

    @torch.no_grad()
    def init_from_codebooks(self, codebooks: dict[str, list[Tensor]], base_rows: Tensor, seed: int = 0) -> None:
        """Initialise from codebooks (``kind`` to five ``(K, d)`` tables) at the scale of the base embeddings
        ``base_rows``.

        The five embeddings of a step are summed, so each has ``1/sqrt(5)`` of the median base norm. Every part has its
        own map and centre.
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
        marks = torch.randn(len(SPECIAL_TOKENS), width, generator=generator) / width**0.5
        self.weight[: len(SPECIAL_TOKENS)] = marks * scale * NUM_PARTS**0.5

    def extend(self, tokenizer):
        """A copy of ``tokenizer`` with the new tokens by name under the same ids.

        Only for conversion between ids and token strings. User text is never tokenised with it, so a prompt cannot
        inject motion tokens.
        """
        extended = copy.deepcopy(tokenizer)
        missing = self.base_size - len(extended)
        names = [f"<unused_base_{index}>" for index in range(missing)]
        names += [self.name(self.base_size + index) for index in range(len(self.weight) + 1)]
        extended.add_tokens(names, special_tokens=True)
        return extended
