"""Who a visitor is, and how many files came from where in the last hour."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

TICKET = "hmvlm-page"
"""Cookie of a browser that has opened the page."""
HOUR = 3600.0
HOURLY_UPLOADS = 300
MOST_ADDRESSES = 10_000
"""Addresses that are remembered."""
MOST_SESSIONS = 100_000
"""Sessions of which it is remembered whose they are."""


def header(scope: Mapping[str, Any], name: bytes) -> str:
    """A request's header, empty where there is none; of several the last."""
    return next((value.decode("latin-1") for key, value in reversed(scope.get("headers") or ()) if key == name), "")


def address(scope: Mapping[str, Any], proxies: int) -> str:
    """Where a request comes from: the peer, or what the outermost of so many ``proxies`` of our own has noted."""
    peer = (scope.get("client") or ("unknown", 0))[0]
    noted = [part.strip() for part in header(scope, b"x-forwarded-for").split(",") if part.strip()]
    return noted[-proxies] if 0 < proxies <= len(noted) else str(peer)


def is_this_machine(scope: Mapping[str, Any], proxies: int) -> bool:
    """Whether a request comes from this machine itself, and not through a proxy on it."""
    if header(scope, b"x-forwarded-for") or header(scope, b"forwarded"):
        return False
    try:
        return ipaddress.ip_address(address(scope, proxies)).is_loopback
    except ValueError:
        return False


class Tickets:
    """Cookies by which a request is known to come from a browser that has opened the page of this server."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def holder(self, scope: Mapping[str, Any]) -> str:
        """The number of a request's ticket, empty without one."""
        try:
            morsel = SimpleCookie(header(scope, b"cookie")).get(TICKET)
        except CookieError:
            morsel = None
        nonce, _, mark = morsel.value.partition(".") if morsel is not None else ("", "", "")
        return nonce if nonce and hmac.compare_digest(mark.encode(), self._mark(nonce).encode()) else ""

    def valid(self, scope: Mapping[str, Any]) -> bool:
        """Whether the request has a ticket; where browsers keep no cookie (in a frame), whether the page sent it."""
        return bool(self.holder(scope)) or header(scope, b"sec-fetch-site") == "same-origin"

    def cookie(self, secure: bool) -> str:
        """A ``Set-Cookie`` header with a new ticket; over HTTPS it also works in a frame, as on a Space."""
        nonce = secrets.token_hex(12)
        kind = "Secure; SameSite=None; Partitioned" if secure else "SameSite=Lax"
        return f"{TICKET}={nonce}.{self._mark(nonce)}; Path=/; HttpOnly; {kind}"

    def _mark(self, nonce: str) -> str:
        return hmac.new(self._secret, nonce.encode(), "sha256").hexdigest()


class Sessions:
    """Whose each session is: of the browser or address that used its name first."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, str] = OrderedDict()

    def admits(self, session: object, ticket: str, where: str) -> bool:
        """Whether a request may speak for a session, which it takes if nobody has.

        Args:
            session: the ``session_hash`` of the request; any other value than a word is admitted.
            ticket: of the request's browser, empty for a program. where: address of the request.
        """
        if not isinstance(session, str) or not session:
            return True
        owner = self._owners.setdefault(session, f"browser {ticket}" if ticket else f"address {where}")
        self._owners.move_to_end(session)
        while len(self._owners) > MOST_SESSIONS:
            self._owners.popitem(last=False)
        return owner in (f"browser {ticket}", f"address {where}")


class Uploads:
    """Counts the uploads of each address over the last hour."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, where: str, here: bool) -> float:
        """Count an upload from ``where`` and return 0, or the seconds until the next one is accepted.

        ``here``: from this machine, which has a limit only where one was set.
        """
        if self._limit is None and here:
            return 0.0
        limit, now = HOURLY_UPLOADS if self._limit is None else self._limit, time.monotonic()
        with self._lock:
            times = self._times.setdefault(where, deque())
            self._times.move_to_end(where)
            while times and times[0] < now - HOUR:
                times.popleft()
            if len(times) >= limit:
                return times[0] + HOUR - now if times else HOUR
            times.append(now)
            while len(self._times) > MOST_ADDRESSES:
                self._times.popitem(last=False)
        return 0.0
