"""Training and prompt sequences: text and motion in one stream of positions, in either layout.

A position holds a token id, or, in the stepwise layout, the five codes of one time step. What a
position must predict next is a text or motion token (``labels``) or the next step (``step_labels``).
"""

from __future__ import annotations

from collections.abc import Sequence as Items
from dataclasses import dataclass

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.language.part_head import IGNORE
from hmvlm.language.vocabulary import Vocabulary

NO_CODE = -1


@dataclass
class Sequence:
    """``T`` positions of one example.

    Attributes:
        ids: token id of each position ``(T,)``; 0 where ``codes`` are set.
        codes: part codes ``(T, 5)`` of stepwise positions, ``NO_CODE`` elsewhere.
        labels: token id to predict next ``(T,)``, or ``IGNORE``.
        step_labels: codes of the next step ``(T, 5)``, or ``IGNORE``; code K in the torso's place is the end.
    """

    ids: Tensor
    codes: Tensor
    labels: Tensor
    step_labels: Tensor

    def __len__(self) -> int:
        return len(self.ids)

    @staticmethod
    def of_ids(ids: Items[int]) -> Sequence:
        """Plain tokens, nothing to predict."""
        ids = torch.tensor(list(ids), dtype=torch.long)
        blank = torch.full((len(ids), NUM_PARTS), IGNORE)
        return Sequence(ids, torch.full_like(blank, NO_CODE), torch.full_like(ids, IGNORE), blank)

    @staticmethod
    def join(pieces: Items[Sequence]) -> Sequence:
        """Pieces one after the other."""
        return Sequence(*(torch.cat([getattr(p, name) for p in pieces]) for name in Sequence.__dataclass_fields__))


@dataclass(frozen=True)
class PromptFormat:
    """Text around a user's turn; the base model's own chat format without a system message."""

    before: str
    after: str
    end: str

    def __post_init__(self) -> None:
        if not self.after:
            raise ValueError("a prompt format needs text that opens the answer")


FORMATS: dict[str, PromptFormat] = {
    "chatml": PromptFormat("<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>"),
    "gemma": PromptFormat("<bos><start_of_turn>user\n", "<end_of_turn>\n<start_of_turn>model\n", "<end_of_turn>"),
    "vicuna": PromptFormat("<s>USER: ", " ASSISTANT:", "</s>"),
}


class SequenceBuilder:
    """Builds sequences for one tokenizer, vocabulary and layout.

    Args:
        tokenizer: the base model's tokenizer, without the new tokens.
        vocabulary: the new tokens.
        layout: ``"stepwise"`` or ``"flat"``.
        style: a key of ``FORMATS``.
    """

    def __init__(self, tokenizer, vocabulary: Vocabulary, layout: str, style: str) -> None:
        if style not in FORMATS:
            raise ValueError(f"no prompt format {style!r}; choose one of {', '.join(FORMATS)}")
        self.tokenizer, self.vocabulary, self.layout = tokenizer, vocabulary, layout
        self.format = FORMATS[style]

    def _special(self, text: str) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]

    def text(self, text: str) -> list[int]:
        """Ids of a user's words; anything that looks like a special token stays plain text."""
        return self.tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]

    def steps(self, codes: Tensor) -> Sequence:
        """Motion codes ``(S, 5)`` as input positions."""
        if self.layout == "flat":
            return Sequence.of_ids(self.vocabulary.code_ids(codes).flatten().tolist())
        piece = Sequence.of_ids([0] * len(codes))
        piece.codes = codes.long()
        return piece

    def prompt(self, text: str, motion: Tensor | None = None) -> Sequence:
        """A user's turn up to where the answer begins; ``motion`` codes ``(S, 5)`` come before the words."""
        pieces = [Sequence.of_ids(self._special(self.format.before))]
        if motion is not None:
            mark = self.vocabulary.mark
            pieces += [Sequence.of_ids([mark("<motion>")]), self.steps(motion), Sequence.of_ids([mark("</motion>")])]
        pieces.append(Sequence.of_ids(self.text(text)))
        pieces.append(Sequence.of_ids(self._special(self.format.after)))
        return Sequence.join(pieces)

    def motion_answer(self, text: str, codes: Tensor, ended: bool = True) -> Sequence:
        """Text-to-motion example: the prompt, then the motion of codes ``(S, 5)`` to be predicted.

        ``ended`` says whether the codes run to the motion's end, which is then predicted too.
        """
        opening = Sequence.of_ids([self.vocabulary.mark("<motion>")])
        body = self.steps(codes)
        answer = Sequence.join([opening, body])
        if self.layout == "stepwise":
            answer.step_labels[:-1] = codes
            if ended:
                answer.step_labels[-1, 0] = self.vocabulary.codebook_size
        else:
            answer.labels[:-1] = answer.ids[1:]
            if ended:
                answer.labels[-1] = self.vocabulary.mark("</motion>")
        return Sequence.join([self.prompt(text), answer])

    def text_answer(self, text: str, answer: str, motion: Tensor | None = None) -> Sequence:
        """Text answer to a prompt (with a motion, if given): every answer token and the end are predicted."""
        prompt = self.prompt(text, motion)
        ids = self.text(answer) + self._special(self.format.end)[:1]
        whole = Sequence.join([prompt, Sequence.of_ids(ids[:-1])])
        whole.labels[len(prompt) - 1 :] = torch.tensor(ids)
        return whole


@dataclass
class Packed:
    """Several sequences in one row: each attends to itself only.

    Attributes: ``ids`` ``(1, T)``, ``codes`` and ``step_labels`` ``(1, T, 5)``, ``labels`` ``(1, T)``,
    ``positions`` ``(1, T)`` restarting with each sequence, ``segments`` ``(1, T)`` the sequence index,
    ``mask`` ``(1, 1, T, T)`` boolean block-causal attention.
    """

    ids: Tensor
    codes: Tensor
    labels: Tensor
    step_labels: Tensor
    positions: Tensor
    segments: Tensor

    @property
    def mask(self) -> Tensor:
        segments, size = self.segments[0], self.segments.shape[1]
        causal = torch.ones(size, size, dtype=torch.bool, device=segments.device).tril()
        return (causal & (segments[:, None] == segments))[None, None]

    @staticmethod
    def of(sequences: Items[Sequence]) -> Packed:
        """Pack without padding."""
        whole = Sequence.join(sequences)
        lengths = [len(sequence) for sequence in sequences]
        return Packed(
            whole.ids[None],
            whole.codes[None],
            whole.labels[None],
            whole.step_labels[None],
            torch.cat([torch.arange(length) for length in lengths])[None],
            torch.repeat_interleave(torch.arange(len(lengths)), torch.tensor(lengths))[None],
        )

    def to(self, device: str | torch.device) -> Packed:
        """The same on another device."""
        return Packed(*(getattr(self, name).to(device) for name in Packed.__dataclass_fields__))
