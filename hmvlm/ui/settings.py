"""How the page is guarded: limits for each visitor, the disk, logs and metrics, by environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

LOG_FORMATS = ("text", "json")
METRICS = ("local", "all", "off")


@dataclass(frozen=True)
class Settings:
    """Settings of a server; each can be set by an environment variable (:data:`VARIABLES`).

    Attributes:
        session_requests: answers and pictures that a page or a program may have asked for at a time.
        address_requests: the same for all pages and programs of one address.
        hourly_uploads: files an hour from one address; None: 300, and any number from this machine itself.
        disk_megabytes: uploads and results on the disk; the oldest are deleted first.
        visitor_megabytes: uploads of one address among them.
        proxies: reverse proxies before the server, whose ``X-Forwarded-For`` tells the address of a visitor.
        metrics: who may read ``/metrics``: this machine, everybody or nobody.
        log_format: of the log: lines for people or JSON.
    """

    session_requests: int = 12
    address_requests: int = 40
    hourly_uploads: int | None = None
    disk_megabytes: int = 4096
    visitor_megabytes: int = 1024
    proxies: int = 0
    metrics: str = "local"
    log_format: str = "text"

    def __post_init__(self) -> None:
        for name in ("session_requests", "address_requests", "disk_megabytes", "visitor_megabytes"):
            if getattr(self, name) < 1:
                raise ValueError(f"{VARIABLES[name]} must be at least 1, got {getattr(self, name)}.")
        if self.proxies < 0 or (self.hourly_uploads is not None and self.hourly_uploads < 0):
            raise ValueError("HMVLM_PROXIES and HMVLM_UPLOADS_PER_HOUR cannot be negative.")
        if self.metrics not in METRICS:
            raise ValueError(f"HMVLM_METRICS must be one of {', '.join(METRICS)}, got {self.metrics!r}.")
        if self.log_format not in LOG_FORMATS:
            raise ValueError(f"HMVLM_LOG_FORMAT must be one of {', '.join(LOG_FORMATS)}, got {self.log_format!r}.")

    @staticmethod
    def from_environment(environment: Mapping[str, str] | None = None, **chosen: str | int | None) -> Settings:
        """Settings of the environment; what is ``chosen`` otherwise and not None goes before.

        Raises:
            ValueError: a value that cannot be; one sentence.
        """
        environment = os.environ if environment is None else environment
        values: dict[str, str | int | None] = {"proxies": 1} if environment.get("SPACE_ID") else {}
        for name, variable in VARIABLES.items():
            given = environment.get(variable, "").strip()
            if given:
                values[name] = given if name in ("metrics", "log_format") else _number(variable, given)
        values |= {name: value for name, value in chosen.items() if value is not None}
        return Settings(**values)  # type: ignore[arg-type]  # each has the type of its field


VARIABLES = {
    "session_requests": "HMVLM_SESSION_REQUESTS",
    "address_requests": "HMVLM_ADDRESS_REQUESTS",
    "hourly_uploads": "HMVLM_UPLOADS_PER_HOUR",
    "disk_megabytes": "HMVLM_DISK_MB",
    "visitor_megabytes": "HMVLM_VISITOR_DISK_MB",
    "proxies": "HMVLM_PROXIES",
    "metrics": "HMVLM_METRICS",
    "log_format": "HMVLM_LOG_FORMAT",
}
"""Environment variable of each setting."""


def _number(variable: str, given: str) -> int:
    try:
        return int(given)
    except ValueError:
        raise ValueError(f"{variable} must be a whole number, got {given!r}.") from None
