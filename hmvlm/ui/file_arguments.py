"""Files among the arguments of a call: only what was uploaded to this server before is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gradio.utils import get_upload_folder


def check_file(name: str, given: Any) -> None:
    """Check what a call gives for an argument that is a file, or a list of files; None stands for no file.

    Gradio would answer another value by an error without a sentence, and fetch an address.

    Raises:
        ValueError: it is something else than an uploaded file; one sentence.
    """
    for one in given if isinstance(given, list) and given else [given]:
        if one is not None and not (isinstance(one, dict) and _is_uploaded(one.get("path"))):
            raise ValueError(
                f"The argument {name} must be a file that was uploaded before: send it to /gradio_api/upload and give "
                "its path, as handle_file of gradio_client does; addresses are not fetched."
            )


def _is_uploaded(path: Any) -> bool:
    if not isinstance(path, str):
        return False
    try:
        found = Path(path).resolve(strict=True)
        return found.is_file() and found.is_relative_to(Path(get_upload_folder()).resolve())
    except (OSError, ValueError, RuntimeError):  # no such file; no name of a file; a loop of links
        return False
