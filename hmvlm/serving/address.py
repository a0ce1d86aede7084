"""Where the model is."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

VARIABLE = "HMVLM_URL"


def url_of_environment() -> str | None:
    """The model's address, ``$HMVLM_URL``; None without one. Raises ValueError where it is no address."""
    url = os.environ.get(VARIABLE, "").strip()
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise ValueError(f"{VARIABLE} must be an address such as http://127.0.0.1:8000, got {url!r}.")
    return url or None
