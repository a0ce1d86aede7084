"""HMVLM: a human motion-vision-language model with a gated mixture of LoRA experts."""

__version__ = "0.1.0"
__all__ = ["HMVLM"]


def __getattr__(name: str):
    """Import the model class on first use, so that light modules stay light."""
    if name == "HMVLM":
        from hmvlm.assistant import HMVLM

        return HMVLM
    raise AttributeError(f"module 'hmvlm' has no attribute {name!r}")
