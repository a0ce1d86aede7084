"""Stage 2: instruction tuning of experts, gate, part tokens and heads on the frozen base.

    python -m train.instruct.stage2 --segments data/segments.npz --tokenizer out/tokenizer --out out/stage2
    python -m train.instruct.stage2 ... --dtype bfloat16 --max-minutes 60                # two CPU cores
    accelerate launch -m train.instruct.stage2 ... --dtype bfloat16 --positions 16384 --device cuda

``L = L_fm + L_gat``: the next-token loss on answers, and ``-log alpha_0`` on ordinary dialogue, whose prompts pass
through the gate only (with alpha_0 near 1 the experts take no part in the answer, so its next-token loss has no
gradient). A third, small term is a margin: it keeps prompts that need the experts clear of the threshold above which
these are skipped.
"""

from __future__ import annotations

import logging
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from hmvlm.language.gate import gate_loss
from hmvlm.language.model import MotionLanguageModel
from hmvlm.tokenizer.model import WEIGHTS_FILE, BodyPartTokenizer
from train.dialogue.prompts import DialoguePrompts
from train.instruct.batches import Batch, Batches
from train.instruct.initial import initial_model
from train.instruct.mixture import Mixture
from train.instruct.settings import Stage2Settings, group_factors, source_shares
from train.loop.objective import Objective
from train.loop.record import finished
from train.loop.run import TrainingLoop
from train.loop.settings import LoopSettings, parse_settings
from train.pose.task import LOSS_WEIGHTS as POSE_WEIGHTS
from train.pose.task import ViewBatch
from train.pose.task import losses as pose_losses
from train.segments.segment import Segment, load_segments

log = logging.getLogger("train")

MARGIN = 0.8
"""Zero-expert weight up to which the gate is left alone on prompts that need the experts."""


class InstructionTuning(Objective):
    """The language model with the losses of stage 2.

    Args:
        model: what is trained; its base is frozen.
        tokenizer: the body-part tokenizer, frozen.
        settings: weights, learning rates and the mixture.
        segments: motions with captions and questions, of all splits.
        dialogue: prompts of ordinary dialogue.
    """

    outputs = ("language.json",)
    dialogue: Tensor
    held_out_dialogue: Tensor

    def __init__(
        self,
        model: MotionLanguageModel,
        tokenizer: BodyPartTokenizer,
        settings: Stage2Settings,
        segments: list[Segment],
        dialogue: DialoguePrompts,
    ) -> None:
        super().__init__()
        self.model, self.tokenizer, self.settings = model, tokenizer.requires_grad_(False), settings
        self.mixture = self._mixture(segments, "train")
        held_out = "val" if any(one.split == "val" for one in segments) else "train"
        if held_out == "train":
            log.warning("no segment is of the split val: validation is on training segments, and cannot choose weights")
        self.held_out = self._mixture(segments, held_out, training=False)
        used = dialogue.train if settings.dialogue_batch else []
        features = [model.gate.encode(prompts) for prompts in (used, dialogue.validation)]
        self.register_buffer("dialogue", features[0], persistent=False)
        self.register_buffer("held_out_dialogue", features[1], persistent=False)
        self.loss_weights = POSE_WEIGHTS | settings.loss_weights()
        self.selection = "loss" if settings.ema and held_out == "val" else None

    def train(self, mode: bool = True) -> InstructionTuning:
        """The language model switches; the frozen tokenizer stays in evaluation mode."""
        super().train(mode)
        self.tokenizer.eval()
        return self

    def _mixture(self, segments: list[Segment], split: str, training: bool = True) -> Mixture:
        settings, train = self.settings, training
        views = ViewBatch.load(settings.views, self.tokenizer, "train" if train else "val") if settings.views else None
        chosen = [segment for segment in segments if segment.split == split]
        factors = group_factors(settings.group_weights, {segment.group for segment in segments}) if train else {}
        return Mixture(
            chosen, self.model.builder, settings.caption_share, settings.question_share, settings.sampling_exponent,
            views=views, share_pose=settings.pose_share, notes=settings.notes, group_factors=factors,
            balance_templates=settings.even_questions, corruption_rate=settings.corrupt if train else 0.0,
            source_shares=source_shares(settings.source_weights, chosen) if train else None,
        )  # fmt: skip

    def batches(self) -> Batches:
        """Training batches."""
        settings = self.settings
        sizes = settings.positions, settings.row, settings.seed
        return Batches(self.mixture, self.model.gate, *sizes, len(self.dialogue), settings.dialogue_batch)

    def optimizer(self, settings: LoopSettings) -> torch.optim.Optimizer:
        """AdamW with a learning rate for each group of parameters."""
        own = self.settings
        rates = {
            "experts": settings.lr, "gate": own.gate_lr, "tokens": own.token_lr, "pose": own.token_lr,
            "projector": own.projector_lr,
        }  # fmt: skip
        parameters = self.model.trainable()
        groups = [
            {"params": [one for one in parameters[name] if one.requires_grad], "lr": rate}
            for name, rate in rates.items()
        ]
        return torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=own.weight_decay)

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Loss terms of a batch, and for the log alpha_0 on both kinds of prompts and the number of examples."""
        terms, alpha = self._answers(batch, self.mixture.views if self.training else self.held_out.views)
        if len(batch.dialogue):
            dialogue = self._dialogue_gate(self.dialogue[batch.dialogue.to(self.dialogue.device)])
            terms |= {
                "gate": gate_loss(dialogue),
                "margin": margin_loss(alpha),
                "alpha_dialogue": dialogue.exp()[:, 0].mean(),
            }
        examples = torch.tensor(float(len(batch)), device=alpha.device)
        return terms | {"alpha_motion": alpha[:, 0].mean(), "examples": examples}

    def _answers(self, batch: Batch, views: ViewBatch | None) -> tuple[dict[str, Tensor], Tensor]:
        """Losses on answers and the gates alpha ``(N, 1 + E)`` of the examples."""
        gate, device = self.model.gate, self.dialogue.device
        alpha = gate(gate.encode(batch.texts, cached=False).to(device), batch.media.to(device)).exp()
        packed = batch.packed.to(device)
        with sdpa_kernel(attention(device)):
            hidden = self.model.hidden_states(packed, alpha)
        terms = self.model.losses(packed, hidden)
        if views is not None:
            states, owners = self.model.pose_states(packed, hidden)
            if len(states):
                rows = [batch.views[owner] for owner in owners.tolist()]
                terms |= pose_losses(self.model, self.tokenizer, states, views, rows)
        return terms, alpha

    def _dialogue_gate(self, features: Tensor) -> Tensor:
        """log alpha of dialogue without media from its text features ``(N, dim)``."""
        gate = self.model.gate
        return gate(features, gate.media([None] * len(features)).to(features.device))

    def step_context(self) -> AbstractContextManager[None]:
        """The attention kernels, in the backward pass too: gradient checkpointing repeats forward passes there."""
        return sdpa_kernel(attention(self.dialogue.device))

    def validate(self) -> dict[str, float]:
        """Mean loss terms on validation batches, their weighted sum, and the share of dialogue left to the base."""
        totals: dict[str, list[float]] = {}
        batches = Batches(self.held_out, self.model.gate, self.settings.positions, self.settings.row)
        for number in range(self.settings.eval_batches):
            terms, _ = self._answers(batches[number], self.held_out.views)
            for name, value in terms.items():
                totals.setdefault(name, []).append(float(value))
        found = {name: float(np.mean(values)) for name, values in totals.items()}
        found["loss"] = sum(self.loss_weights[name] * value for name, value in found.items())
        dialogue = self._dialogue_gate(self.held_out_dialogue).exp()
        return found | {"dialogue_above_0.99": float((dialogue[:, 0] >= 0.99).float().mean())}

    def save(self, out: Path) -> None:
        """Write the language model and the tokenizer that it belongs to."""
        self.model.save_pretrained(out)
        shutil.copytree(self.settings.tokenizer, out / "tokenizer", dirs_exist_ok=True)


def attention(device: torch.device) -> list[SDPBackend]:
    """Attention kernels: on a CPU the plain product is faster than flash attention for short rows."""
    return [SDPBackend.MATH] if device.type == "cpu" else [SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]


def margin_loss(alpha: Tensor) -> Tensor:
    """Mean of ``log((1 - MARGIN) / (1 - alpha_0))`` over gates ``(N, 1 + E)``, counting only those above ``MARGIN``."""
    others = alpha[:, 1:].sum(-1).clamp_min(1e-6)
    return ((1 - MARGIN) / others).log().clamp_min(0).mean()


def make_objective(settings: Stage2Settings) -> InstructionTuning:
    """Read the data and build what is to be trained."""
    torch.manual_seed(settings.seed)
    torch.backends.cuda.allow_fp16_bf16_reduction_math_sdp(True)  # bfloat16 attention stays bfloat16, on the CPU too
    if settings.device == "cuda":
        torch.set_float32_matmul_precision("high")  # the small heads are float32
    dialogue = DialoguePrompts.load(
        settings.dialogue, settings.seed
    )  # before the model: fails fast where it is missing
    segments = load_segments(settings.segments)
    tokenizer = BodyPartTokenizer.from_pretrained(settings.tokenizer)
    return InstructionTuning(initial_model(settings, tokenizer), tokenizer, settings, segments, dialogue)


def train(settings: Stage2Settings) -> Path:
    """Train; returns the folder of the model."""
    if finished(settings, "stage2"):
        return Path(settings.out)
    objective = make_objective(settings)
    inputs = [Path(settings.segments), Path(settings.tokenizer) / WEIGHTS_FILE]
    inputs += [Path(file) for file in (settings.views, settings.projector) if file]
    inputs += sorted(Path(settings.dialogue).glob("*.jsonl"))
    return TrainingLoop("stage2", objective, objective.batches(), settings, inputs).run()


def main(argv: list[str] | None = None) -> None:
    """The command line."""
    train(parse_settings(Stage2Settings, argv, __doc__))


if __name__ == "__main__":
    main()
