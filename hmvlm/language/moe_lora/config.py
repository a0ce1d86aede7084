"""Configuration of MoE-LoRA, a PEFT configuration like LoRA's."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from peft import PeftConfig


class MoELoraType(str, enum.Enum):
    """The method's name in ``adapter_config.json`` (PEFT's own enumeration lists its built-in methods only)."""

    MOE_LORA = "MOE_LORA"


@dataclass
class MoELoraConfig(PeftConfig):
    """Mixture of low-rank experts with one implicit zero expert.

    Args:
        r: rank of one expert.
        num_experts: trainable experts E. The zero expert comes on top as index 0 and has no weights.
        lora_alpha: the update is scaled by ``lora_alpha / r``, as in LoRA.
        lora_dropout: dropout on the input of the low-rank path while training.
        skip_threshold: outside training, a sample whose zero-expert weight α₀ reaches this value is
            answered by the base model alone, exactly. A value above 1 never skips.
        target_modules: names, suffixes or a regular expression of the linear layers to wrap, or
            ``"all-linear"`` for every linear layer except the output layer.
        exclude_modules: layers to leave alone, written like ``target_modules``.
        layers_to_transform, layers_pattern: restrict the layers by index, as in LoRA.
        modules_to_save: further modules to train and save whole.
        init_weights: True starts with B = 0, so the wrapped model equals the base; False draws B too.
    """

    r: int = field(default=8, metadata={"help": "Rank of one expert."})
    num_experts: int = field(default=4, metadata={"help": "Trainable experts besides the zero expert."})
    lora_alpha: float = field(default=16.0, metadata={"help": "The update is scaled by lora_alpha / r."})
    lora_dropout: float = field(default=0.0, metadata={"help": "Dropout on the input of the low-rank path."})
    skip_threshold: float = field(default=0.99, metadata={"help": "Zero-expert weight from which experts are skipped."})
    target_modules: list[str] | set[str] | str | None = field(
        default="all-linear", metadata={"help": "Linear layers to wrap."}
    )
    exclude_modules: list[str] | set[str] | str | None = field(
        default=None, metadata={"help": "Layers to leave alone."}
    )
    layers_to_transform: list[int] | int | None = field(default=None, metadata={"help": "Indices of layers to wrap."})
    layers_pattern: list[str] | str | None = field(default=None, metadata={"help": "Name of the list of layers."})
    modules_to_save: list[str] | None = field(default=None, metadata={"help": "Further modules to train and save."})
    init_weights: bool = field(default=True, metadata={"help": "Start with B = 0."})

    def __post_init__(self) -> None:
        super().__post_init__()
        self.peft_type = MoELoraType.MOE_LORA
        if self.r < 1 or self.num_experts < 1:
            raise ValueError(f"r and num_experts must be at least 1, got r={self.r}, num_experts={self.num_experts}")
        if not 0.0 <= self.lora_dropout < 1.0:
            raise ValueError(f"lora_dropout must lie in [0, 1), got {self.lora_dropout}")
        if self.skip_threshold <= 0.0:
            raise ValueError(f"skip_threshold must be positive, got {self.skip_threshold}")
        if isinstance(self.target_modules, list):
            self.target_modules = set(self.target_modules)
        if isinstance(self.exclude_modules, list):
            self.exclude_modules = set(self.exclude_modules)
        by_pattern = isinstance(self.target_modules, str) and self.target_modules != "all-linear"
        if by_pattern and (self.layers_to_transform is not None or self.layers_pattern is not None):
            raise ValueError(
                "layers_to_transform and layers_pattern need target_modules as a list or 'all-linear', "
                f"got the regular expression {self.target_modules!r}"
            )

    def to_dict(self) -> dict:
        """Values for JSON; sets in sorted order, so that equal adapters give equal files."""
        return {key: sorted(value) if isinstance(value, set) else value for key, value in super().to_dict().items()}

    @property
    def scaling(self) -> float:
        """Factor ``lora_alpha / r`` of an expert's update."""
        return self.lora_alpha / self.r
