"""Alerts by webhook: Slack-compatible (also Mattermost, Rocket.Chat), or the alert itself as JSON."""

import re
from typing import Any

import httpx
from pydantic import SecretStr

from golden_assets.domain.core.errors import AlertError
from golden_assets.domain.monitoring.alerts import Alert

TIMEOUT_S = 10.0
MENTION = re.compile(r"(?<!\w)@(?=\w)")
MARKS = {"info": ":information_source:", "warning": ":warning:", "error": ":rotating_light:"}


class WebhookSender:
    """An `AlertSender` that posts ``{"key", "kind", "severity", "testset_name", "title", "body"}``.

    Args:
        url: where to; it is a secret: knowing it is enough to post.
    """

    name = "webhook"

    def __init__(self, url: SecretStr) -> None:
        self._url = url

    def send(self, alert: Alert) -> None:
        """Post once. Raises `AlertError`, which names the status but not the URL."""
        try:
            response = httpx.post(self._url.get_secret_value(), json=self.payload(alert), timeout=TIMEOUT_S, follow_redirects=False)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AlertError(f"the {self.name} cannot be reached ({type(error).__name__})", f"check {self.name}_url") from None
        if not response.is_success:
            raise AlertError(f"the {self.name} answered {response.status_code}", f"check {self.name}_url")

    def payload(self, alert: Alert) -> dict[str, Any]:
        """What is posted."""
        return alert.model_dump()


class SlackSender(WebhookSender):
    """An `AlertSender` to an incoming webhook of Slack, or of what understands its format."""

    name = "slack"

    def payload(self, alert: Alert) -> dict[str, Any]:
        """One message that mentions no user or channel: Slack wants ``&``, ``<`` and ``>`` escaped, others take every ``@name``."""
        text = MENTION.sub("@\N{ZERO WIDTH SPACE}", f"*{alert.title}* ({alert.testset_name})\n{alert.body}")
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": f"{MARKS[alert.severity]} {escaped}"}
