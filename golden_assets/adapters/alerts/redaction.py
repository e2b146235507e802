"""Keeps secrets out of alerts: what a run's error says may hold a URL with a password."""

import re
from collections.abc import Iterable

_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
_SHORTEST = 6
"""Shorter secrets are not sought: replacing them would hit ordinary words."""


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, and user and password of every URL, as ``***``; without NUL, which PostgreSQL does not hold."""
    for secret in sorted((secret for secret in secrets if len(secret) >= _SHORTEST), key=len, reverse=True):
        text = text.replace(secret, "***")
    return _CREDENTIALS.sub("***@", text).replace("\x00", "")
