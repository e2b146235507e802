"""Reading spans back from a real Phoenix, without our adapter."""

import time
import uuid
from typing import Any

import httpx

from golden_assets.settings.settings import Settings

PATIENCE_S = 20.0


class Project:
    """One test's project in Phoenix, and the settings that trace into it."""

    def __init__(self, phoenix_url: str, **settings: Any) -> None:
        self.name = f"test-{uuid.uuid4().hex}"
        self.settings = Settings(tracing=True, phoenix_endpoint=phoenix_url, trace_project=self.name, **settings)
        self._url = phoenix_url

    def spans(self, expected: int, *names: str) -> list[dict[str, Any]]:
        """All spans, once there are as many as expected, and those of these names; Phoenix takes them in the background, by and by."""
        deadline = time.monotonic() + PATIENCE_S
        found: list[dict[str, Any]] = []
        while (len(found) < expected or not set(names) <= set(by_name(found))) and time.monotonic() < deadline:
            time.sleep(0.1)
            answer = httpx.get(f"{self._url}/v1/projects/{self.name}/spans", params={"limit": 1000}, trust_env=False)
            found = answer.json()["data"] if answer.is_success else []
        return found


def by_name(spans: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The spans by name; of equal names the last."""
    return {span["name"]: span for span in spans}


def parents(spans: list[dict[str, Any]]) -> dict[str, str | None]:
    """Name of each span to the name of its parent."""
    names = {span["context"]["span_id"]: span["name"] for span in spans}
    return {span["name"]: names.get(span["parent_id"]) for span in spans}
