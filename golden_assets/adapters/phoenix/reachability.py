"""Whether a Phoenix answers at an address."""

import re
from urllib.parse import urlsplit

VERSION_NUMBER = re.compile(r"\d+\.\d+")


def is_on_this_machine(base_url: str) -> bool:
    """Whether the address is a loopback one: no proxy for the internet leads there."""
    try:
        return urlsplit(base_url).hostname in {"127.0.0.1", "::1", "localhost"}
    except ValueError:
        return False  # not an address, which is refused where it is used


def is_reachable(base_url: str, *, timeout_seconds: float = 2.0) -> bool:
    """Whether a Phoenix answers at ``base_url``; needs no API key. Something else that listens there is not a Phoenix.

    Blocks for at most about ``timeout_seconds`` for the connection and as much for the answer.
    """
    import httpx

    url = f"{base_url.rstrip('/')}/arize_phoenix_version"
    try:
        answer = httpx.get(url, timeout=timeout_seconds, trust_env=not is_on_this_machine(base_url))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False
    return answer.is_success and VERSION_NUMBER.match(answer.text) is not None
