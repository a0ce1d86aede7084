"""Token sequences of text, motion and pictures for training and prompts, in either layout.

A position is a token id or, in the stepwise layout, the five codes of a time step. Its target is a text or motion token
(``labels``) or the next step (``step_labels``).
"""

from __future__ import annotations

from collections.abc import Sequence as Items
from dataclasses import dataclass, field

import torch
from torch import Tensor

from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.language.depth_transformer import IGNORE
from hmvlm.language.plain_text import chat_ids, control_tokens, plain_ids
from hmvlm.language.prompt_format import FORMATS, begins_with_space
from hmvlm.language.vocabulary import Vocabulary

NO_CODE = -1


@dataclass
class TokenSequence:
    """One example of ``T`` positions.

    Attributes:
        ids: token id of each position ``(T,)``; 0 where ``codes`` are set.
        codes: part codes ``(T, 5)`` of stepwise positions, ``NO_CODE`` elsewhere.
        labels: token id to predict next ``(T,)``, or ``IGNORE``.
        step_labels: codes of the next step ``(T, 5)``, or ``IGNORE``; code K of the torso is the end.
        visual: features ``(V, F)`` of the V positions that are ``<image>``, in order.
    """

    ids: Tensor
    codes: Tensor
    labels: Tensor
    step_labels: Tensor
    visual: Tensor = field(default_factory=lambda: torch.zeros(0))

    def __len__(self) -> int:
        return len(self.ids)

    @staticmethod
    def from_ids(ids: Items[int]) -> TokenSequence:
        """Tokens without targets."""
        row = torch.tensor(list(ids), dtype=torch.long)
        blank = torch.full((len(row), NUM_PARTS), IGNORE)
        return TokenSequence(row, torch.full_like(blank, NO_CODE), torch.full_like(row, IGNORE), blank)

    @staticmethod
    def join(pieces: Items[TokenSequence]) -> TokenSequence:
        """Concatenate sequences."""
        return TokenSequence(
            *(torch.cat([getattr(p, name) for p in pieces]) for name in TokenSequence.__dataclass_fields__)
        )


class SequenceBuilder:
    """Builds sequences for one tokenizer, vocabulary and layout.

    Args:
        tokenizer: the base model's tokenizer, without the new tokens.
        vocabulary: the new tokens.
        layout: ``"stepwise"`` or ``"flat"``.
        prompt_format: a key of ``FORMATS``.
    """

    def __init__(self, tokenizer, vocabulary: Vocabulary, layout: str, prompt_format: str) -> None:
        if prompt_format not in FORMATS:
            raise ValueError(f"no prompt format {prompt_format!r}; choose one of {', '.join(FORMATS)}")
        self.tokenizer, self.vocabulary, self.layout = tokenizer, vocabulary, layout
        self.format = FORMATS[prompt_format]
        self.control = control_tokens(tokenizer, (self.format.before, self.format.after, self.format.end))
        self.spaced = begins_with_space(tokenizer)

    def _special(self, text: str) -> list[int]:
        if not text:
            return []
        return self.tokenizer(self._joined(text), add_special_tokens=False)["input_ids"]

    def text(self, text: str) -> list[int]:
        """Ids of user text; strings that look like control tokens are not treated as such."""
        return plain_ids(self.tokenizer, self._joined(text), self.control)

    def _joined(self, text: str) -> str:
        """A piece of a prompt, without the spaces at its ends that the tokenizer itself puts between pieces."""
        return text.strip(" ") if self.spaced else text

    def chat(self, turns: Items[dict[str, str]]) -> list[int]:
        """Ids of chat turns up to where the answer begins, by the base model's chat template if it has one."""
        if self.tokenizer.chat_template:
            return chat_ids(self.tokenizer, turns, self.control)
        if self.format.system:
            return self._whole_chat(turns)
        ids = self._special(self.format.bos)
        for turn in turns:
            if turn["role"] == "user":
                ids += self._special(self.format.before) + self.text(turn["content"]) + self._special(self.format.after)
            else:
                ids += self.text(turn["content"]) + self._special(self.format.end)
        return ids

    def _whole_chat(self, turns: Items[dict[str, str]]) -> list[int]:
        """Ids of chat turns that are tokenised as one text, as a tokenizer without chat template was trained with."""
        system = [turn["content"] for turn in turns if turn["role"] == "system"]
        text = f"{self._harmless(system[-1])} " if system else self.format.system
        for turn in turns:
            content = self._harmless(turn["content"])
            if turn["role"] == "user":
                text += self.format.before + content + self.format.after
            elif turn["role"] == "assistant":
                text += self.format.answer + content + self.format.end
        return self._special(self.format.bos) + self.tokenizer(text, add_special_tokens=False)["input_ids"]

    def _harmless(self, text: str) -> str:
        """User text in which no string is a special token, for prompts that are tokenised as a whole."""
        for token in self.control:
            text = text.replace(token, f"{token[:1]} {token[1:]}")
        return text

    def chat_prompt(self, turns: Items[dict[str, str]], max_length: int) -> TokenSequence:
        """Chat turns as a prompt of at most ``max_length`` tokens.

        The oldest questions and their answers are dropped, then the start is cut. Only about as much as fits is
        tokenised: the turns from the newest question back, twice as many each time, until they are too long.
        """
        starts = [index for index, turn in enumerate(turns) if turn["role"] == "user"] or [0]
        starts[0] = 0
        fits, ids = 1, self.chat(turns[starts[-1] :])
        above = 2 if len(ids) <= max_length else 1  # so many questions are still to be tried, then known not to fit
        while fits < above <= len(starts):
            longer = self.chat(turns[starts[-above] :])
            if len(longer) > max_length:
                break
            fits, ids = above, longer
            above = min(2 * above, len(starts))
        while above - fits > 1:
            middle = (fits + above) // 2
            longer = self.chat(turns[starts[-middle] :])
            if len(longer) > max_length:
                above = middle
            else:
                fits, ids = middle, longer
        return TokenSequence.from_ids(ids[-max_length:])

    def steps(self, codes: Tensor) -> TokenSequence:
        """Motion codes ``(S, 5)`` as input positions."""
        if self.layout == "flat":
            return TokenSequence.from_ids(self.vocabulary.code_ids(codes).flatten().tolist())
        piece = TokenSequence.from_ids([0] * len(codes))
        piece.codes = codes.long()
        return piece

    def image(self, visual: Tensor) -> TokenSequence:
        """A picture as visual features ``(V, F)``, one placeholder each."""
        piece = TokenSequence.from_ids([self.vocabulary.image] * len(visual))
        piece.visual = visual.float()
        return piece

    def prompt(
        self, text: str, motion: Tensor | None = None, image: Tensor | None = None, notes: str = ""
    ) -> TokenSequence:
        """A user's turn up to where the answer begins.

        A picture ``(V, F)`` or motion ``(S, 5)`` and ``notes`` on measured facts come before the text.
        """
        pieces = [TokenSequence.from_ids(self._special(self.format.bos) + self._special(self.format.before))]
        if image is not None:
            pieces.append(self.image(image))
        if motion is not None:
            special_id = self.vocabulary.special_id
            pieces += [
                TokenSequence.from_ids([special_id("<motion>")]),
                self.steps(motion),
                TokenSequence.from_ids([special_id("</motion>")]),
            ]
        pieces.append(TokenSequence.from_ids(self.text(f"Seen: {notes}.\n{text}" if notes else text)))
        pieces.append(TokenSequence.from_ids(self._special(self.format.after)))
        return TokenSequence.join(pieces)

    def motion_answer(self, text: str, codes: Tensor, ended: bool = True, context: int = 0) -> TokenSequence:
        """Text-to-motion example: the prompt, and codes ``(S, 5)`` as targets.

        If ``ended``, the codes reach the motion's end, which is a target too. The first ``context`` steps are of an
        earlier motion that this one continues; they are no targets.
        """
        opening = TokenSequence.from_ids([self.vocabulary.special_id("<motion>")])
        body = self.steps(codes)
        answer = TokenSequence.join([opening, body])
        if self.layout == "stepwise":
            answer.step_labels[context:-1] = codes[context:]
            if ended:
                answer.step_labels[-1, 0] = self.vocabulary.codebook_size
        else:
            answer.labels[context * NUM_PARTS : -1] = answer.ids[1 + context * NUM_PARTS :]
            if ended:
                answer.labels[-1] = self.vocabulary.special_id("</motion>")
        return TokenSequence.join([self.prompt(text), answer])

    def pose_answer(self, text: str, image: Tensor) -> TokenSequence:
        """Pose example: picture, text, and ``<pose>``, at whose position the five tokens are predicted."""
        return TokenSequence.join(
            [self.prompt(text, image=image), TokenSequence.from_ids([self.vocabulary.special_id("<pose>")])]
        )

    def text_answer(self, text: str, answer: str, motion: Tensor | None = None, notes: str = "") -> TokenSequence:
        """Text answer to a prompt (with a motion and notes, if given); every answer token and the end are targets."""
        prompt = self.prompt(text, motion, notes=notes)
        ids = self.text(answer) + self._special(self.format.end)[:1]
        whole = TokenSequence.join([prompt, TokenSequence.from_ids(ids[:-1])])
        whole.labels[len(prompt) - 1 :] = torch.tensor(ids)
        return whole
