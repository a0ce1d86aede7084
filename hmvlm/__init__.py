"""HMVLM: a human motion-vision-language model with a gated mixture of LoRA experts."""

from hmvlm.motion import storage

__version__ = "0.2.0"
__all__ = ["HMVLM"]


def _motion_files() -> storage.MotionFiles:
    """Import the motion file formats on first use, so that light modules stay light."""
    from hmvlm import motion_files

    return motion_files


storage.register(_motion_files)


def __getattr__(name: str):
    """Import the model class on first use, so that light modules stay light."""
    if name == "HMVLM":
        from hmvlm.assistant import HMVLM

        return HMVLM
    raise AttributeError(f"module 'hmvlm' has no attribute {name!r}")
