"""The motion language model: a frozen base, MoE-LoRA experts, gate, part tokens and prediction heads."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from peft import PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from hmvlm.atomic import atomic_file, atomic_folder
from hmvlm.body.skeleton import NUM_PARTS
from hmvlm.config import DECODING, DepthTransformerConfig, LanguageConfig, Preset, VisionConfig
from hmvlm.language.base import load_base
from hmvlm.language.checkpoint import CONFIG, base_of, preset_of, vision_config
from hmvlm.language.depth_transformer import IGNORE, DepthTransformer
from hmvlm.language.gate import Gate
from hmvlm.language.moe_lora import MoELoraConfig, set_gate
from hmvlm.language.packing import PackedBatch
from hmvlm.language.pose_head import OrientationHead, PoseNeck
from hmvlm.language.sequence import SequenceBuilder
from hmvlm.language.text_encoder import TextEncoder
from hmvlm.language.vocabulary import Vocabulary
from hmvlm.vision.projector import make_projector

ADAPTER, GATE, MOTION = "adapter", "gate", "motion.safetensors"
HEADS = ("vocabulary", "depth_transformer", "projector", "pose_neck", "orientation")
"""Modules whose weights are in ``motion.safetensors``."""


class MotionLanguageModel(nn.Module):
    """Predicts text with the base's output layer and motion with the depth transformer (flat layout: new embeddings).

    Args:
        backbone: the base model wrapped by MoE-LoRA (a ``PeftModel``).
        tokenizer: the base model's tokenizer.
        gate: maps prompts to expert weights.
        config: layout and sizes.
        codebook_size: codes per body part.
        preset: names the base and its prompt format; saved with the weights.
    """

    def __init__(
        self, backbone: PeftModel, tokenizer, gate: Gate, config: LanguageConfig, codebook_size: int, preset: Preset
    ) -> None:
        super().__init__()
        self.backbone, self.tokenizer, self.gate, self.config = backbone, tokenizer, gate, config
        self.preset = preset
        self.tokenizer_sha256: str | None = None  # of the motion tokenizer that the model was trained with
        embedding = self.base.get_input_embeddings().weight
        self.vocabulary = Vocabulary(embedding.shape[0], embedding.shape[1], codebook_size)
        self.depth_transformer = DepthTransformer(embedding.shape[1], codebook_size, config.depth_transformer)
        self.projector = make_projector(config.vision, embedding.shape[1])
        self.pose_neck = PoseNeck(embedding.shape[1], config.vision)
        self.orientation = OrientationHead(embedding.shape[1])
        self.has_vision = True  # False for a checkpoint trained without pictures
        self.builder = SequenceBuilder(tokenizer, self.vocabulary, config.layout, preset.prompt_format)

    @property
    def base(self) -> Any:
        """The causal language model inside the adapter, a ``PreTrainedModel``."""
        return self.backbone.get_base_model()

    @property
    def device(self) -> torch.device:
        """Device of the weights."""
        return self.vocabulary.weight.device

    def embed(self, ids: Tensor, codes: Tensor, visual: Tensor | None = None) -> Tensor:
        """Embeddings ``(B, T, H)``: of base tokens, of new tokens, the sum of a step's five part tokens, or, where the
        id is ``<image>``, the projected ``visual`` features ``(V, F)``.
        """
        table = self.base.get_input_embeddings()
        old = ids < self.vocabulary.base_size
        rows = table(torch.where(old, ids, 0))
        seen = ids == self.vocabulary.image
        if visual is not None and len(visual):
            rows = rows.index_put(seen.nonzero(as_tuple=True), self.projector(visual).to(rows.dtype))
        new = (~old & ~seen).nonzero(as_tuple=True)
        steps = (codes[..., 0] >= 0).nonzero(as_tuple=True)
        if len(new[0]):
            rows = rows.index_put(new, self.vocabulary.embed(ids[new]).to(rows.dtype))
        if len(steps[0]):
            rows = rows.index_put(steps, self.vocabulary.embed_steps(codes[steps]).to(rows.dtype))
        return rows

    def hidden(self, embeddings: Tensor, **inputs) -> tuple[Tensor, Any]:
        """Final hidden states ``(B, T, H)`` and the key–value cache of the backbone for embedded positions."""
        output = self.base.model(inputs_embeds=embeddings, **inputs)
        return output.last_hidden_state, output.past_key_values

    def text_logits(self, hidden: Tensor) -> Tensor:
        """The base model's logits over its own vocabulary (soft-capped where the base does so, as Gemma-2)."""
        logits = self.base.lm_head(hidden)
        cap = getattr(self.base.config, "final_logit_softcapping", None)
        return cap * torch.tanh(logits / cap) if cap else logits

    def motion_logits(self, hidden: Tensor, part: int) -> Tensor:
        """Flat layout: logits ``(N, K + 1)`` of one part's tokens; the last is ``</motion>`` (torso only)."""
        logits = hidden.float() @ self.vocabulary.table()[part].float().T
        end = (
            hidden.float()
            @ self.vocabulary.embed(torch.tensor(self.vocabulary.special_id("</motion>"), device=hidden.device)).float()
        )
        return torch.cat([logits, (end if part == 0 else torch.full_like(end, float("-inf")))[:, None]], dim=-1)

    def hidden_states(self, batch: PackedBatch, alpha: Tensor) -> Tensor:
        """Hidden states ``(R, T, H)`` of a packed batch.

        ``alpha`` ``(N, 1 + E)`` are the gate weights of each sequence.
        """
        embeddings = self.embed(batch.ids, batch.codes, batch.visual)
        with set_gate(self.backbone, alpha, batch.segments):
            mask = torch.zeros(batch.mask.shape, dtype=embeddings.dtype, device=embeddings.device)
            mask = mask.masked_fill(~batch.mask, torch.finfo(mask.dtype).min)  # eager attention adds it, SDPA takes it
            return self.hidden(embeddings, attention_mask=mask, position_ids=batch.positions, use_cache=False)[0]

    def pose_states(self, batch: PackedBatch, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states ``(M, V + 1, H)`` float32 at each picture of a pose example and at its ``<pose>``, and the
        index of its sequence ``(M,)``."""
        asked, pictured = batch.ids == self.vocabulary.special_id("<pose>"), batch.ids == self.vocabulary.image
        owners = batch.segments[asked]
        places = (owners[:, None, None] == batch.segments) & (asked | pictured)  # in a sequence <pose> comes last
        if not len(owners):
            return hidden.new_zeros(0, 0, hidden.shape[-1]).float(), owners
        _, rows, columns = places.nonzero(as_tuple=True)
        return hidden[rows, columns].float().unflatten(0, (len(owners), -1)), owners

    def losses(self, batch: PackedBatch, hidden: Tensor) -> dict[str, Tensor]:
        """Next-token losses of a packed batch from its hidden states ``(R, T, H)``."""
        result: dict[str, Tensor] = {}
        spoken = (batch.labels != IGNORE) & (batch.labels < self.vocabulary.base_size)
        if spoken.any():
            result["text"] = F.cross_entropy(self.text_logits(hidden[spoken]).float(), batch.labels[spoken])
        stepped = batch.step_labels[..., 0] != IGNORE
        if stepped.any():
            targets = batch.step_labels[stepped]
            result["motion"] = self.depth_transformer.loss(hidden[stepped].float(), targets, self.vocabulary)
        flat = batch.labels >= self.vocabulary.base_size
        if flat.any():
            result["motion"] = self._flat_loss(hidden[flat], batch.labels[flat])
        return result

    def _flat_loss(self, hidden: Tensor, wanted: Tensor) -> Tensor:
        total, end = hidden.new_zeros((), dtype=torch.float32), self.vocabulary.special_id("</motion>")
        for part in range(NUM_PARTS):
            ids = self.vocabulary.part_range(part)
            member = (wanted >= ids.start) & (wanted < ids.stop)
            if part == 0:
                member = member | (wanted == end)
            if member.any():
                target = torch.where(wanted[member] == end, self.vocabulary.codebook_size, wanted[member] - ids.start)
                total = total + F.cross_entropy(self.motion_logits(hidden[member], part), target, reduction="sum")
        return total / len(wanted)

    def trainable(self) -> dict[str, list[nn.Parameter]]:
        """Parameters that stage 2 trains: experts, gate, tokens, pose, projector (without the body encoder)."""
        return {
            "experts": [p for p in self.backbone.parameters() if p.requires_grad],
            "gate": [p for p in self.gate.parameters() if p.requires_grad],
            "tokens": [*self.vocabulary.parameters(), *self.depth_transformer.parameters()],
            "pose": [*self.pose_neck.parameters(), *self.orientation.parameters()],
            "projector": [p for name, p in self.projector.named_parameters() if not name.startswith("encoder.")],
        }

    @staticmethod
    def create(
        preset: Preset,
        codebook_size: int,
        layout: str = "stepwise",
        dtype: torch.dtype | str = torch.float32,
        text_encoder: TextEncoder | None = None,
    ) -> MotionLanguageModel:
        """A model with new experts, gate, tokens and projector on the preset's base; it has no vision until trained."""
        base, tokenizer = load_base(preset.base, dtype=dtype)
        config = LanguageConfig(layout=layout, vision=vision_config(preset))
        experts = MoELoraConfig(
            r=preset.rank,
            num_experts=preset.num_experts,
            lora_alpha=2.0 * preset.rank,
            skip_threshold=config.skip_threshold,
            task_type="CAUSAL_LM",
        )
        encoder = text_encoder or TextEncoder.load(preset.text_encoder)
        gate = Gate.create(encoder, num_experts=preset.num_experts, hidden=preset.gate_hidden)
        backbone = get_peft_model(base, experts)
        model = MotionLanguageModel(backbone, tokenizer, gate, config, codebook_size, preset)
        model.has_vision = False
        return model.eval()

    def save_pretrained(self, folder: str | os.PathLike) -> None:
        """Write the adapter (a PEFT folder), the gate, token embeddings and heads; float16, without base weights."""
        with atomic_folder(folder) as partial:
            self.backbone.save_pretrained(str(partial / ADAPTER), save_embedding_layers=False)
            (partial / ADAPTER / "README.md").unlink(missing_ok=True)  # PEFT's blank card
            _halve(partial / ADAPTER / "adapter_model.safetensors")
            self.gate.save_pretrained(partial / GATE)
            heads = HEADS if self.has_vision else HEADS[:2]  # untrained pose heads would answer with any pose
            state = {f"{name}.{k}": v for name in heads for k, v in getattr(self, name).state_dict().items()}
            save_file({k: v.detach().cpu().half().contiguous() for k, v in state.items()}, partial / MOTION)
            metadata = {
                "preset": self.preset.name,
                "sources": self.preset.changes(),
                "codebook_size": self.vocabulary.codebook_size,
                "tokenizer_sha256": self.tokenizer_sha256,
                "config": {k: v for k, v in dataclasses.asdict(self.config).items() if k not in DECODING},
            }
            (partial / CONFIG).write_text(json.dumps(metadata, indent=2) + "\n")

    def load_motion(self, folder: str | os.PathLike) -> None:
        """Load token embeddings and heads from a checkpoint; without a projector in it the model has no vision."""
        state = {name: value.float() for name, value in load_file(Path(folder) / MOTION).items()}
        self.has_vision = any(name.startswith("projector.") for name in state)
        for part in HEADS if self.has_vision else HEADS[:2]:
            own = {k.removeprefix(f"{part}."): v for k, v in state.items() if k.startswith(f"{part}.")}
            getattr(self, part).load_state_dict(own)

    @staticmethod
    def from_pretrained(
        folder: str | os.PathLike, dtype: torch.dtype | str = torch.float32, trainable: bool = False
    ) -> MotionLanguageModel:
        """Load what :meth:`save_pretrained` wrote, on its preset's base; FileNotFoundError if it is not there."""
        folder = Path(folder)
        base_of(folder)  # FileNotFoundError where there is none
        metadata = json.loads((folder / CONFIG).read_text())
        chosen = preset_of(metadata)
        head = DepthTransformerConfig(**metadata["config"].pop("depth_transformer"))
        vision = VisionConfig(**metadata["config"].pop("vision", {}))
        config = LanguageConfig(**metadata["config"], depth_transformer=head, vision=vision)
        base, tokenizer = load_base(chosen.base, dtype=dtype)
        # torch_device: PEFT reads an adapter straight to the GPU otherwise, which a ZeroGPU Space does not have yet.
        backbone = PeftModel.from_pretrained(base, folder / ADAPTER, is_trainable=trainable, torch_device="cpu")
        gate = Gate.from_pretrained(folder / GATE, TextEncoder.load(chosen.text_encoder))
        model = MotionLanguageModel(backbone, tokenizer, gate, config, metadata["codebook_size"], chosen)
        model.tokenizer_sha256 = metadata.get("tokenizer_sha256")
        model.load_motion(folder)
        return model.eval()


def _halve(path: Path) -> None:
    with atomic_file(path) as partial:
        save_file({k: v.half().contiguous() for k, v in load_file(path).items()}, partial, metadata={"format": "pt"})
