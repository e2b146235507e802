"""Alerts on their way to a real mail server and a real web server on loopback, through PostgreSQL."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from golden_assets.adapters.alerts.email import EmailSender
from golden_assets.adapters.alerts.factory import open_senders
from golden_assets.adapters.alerts.outbox import PostgresAlertDesk, redacted
from golden_assets.adapters.alerts.webhooks import SlackSender, WebhookSender
from golden_assets.adapters.postgres import Database, Pooling, migrate
from golden_assets.domain.core.errors import AlertError
from golden_assets.domain.monitoring.alerts import Alert
from golden_assets.embedded.processes import free_port
from golden_assets.settings.settings import Settings

ALERT = Alert(
    key="golden:gates:1.1.0", kind="gates", severity="error", testset_name="golden", title="a gate failed", body="diversity <0.7 & so on"
)


class Mailbox:
    def __init__(self) -> None:
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(), free_port()

    def allow(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"ada", b"correct horse"))

    controller = Controller(box, hostname="127.0.0.1", port=port, authenticator=allow, auth_require_tls=False)
    controller.start()
    yield box, port
    controller.stop()


class Hook(ThreadingHTTPServer):
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), HookHandler)
        self.received: list[dict] = []

    @property
    def url(self) -> SecretStr:
        return SecretStr(f"http://127.0.0.1:{self.server_port}/services/T0PS3CRET")


class HookHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.server.status == 200:
            self.server.received.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def database(database_url: str) -> Database:
    migrate(database_url)
    return Database(database_url, Pooling.PER_USE)


def due_now(url: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("UPDATE golden_assets.golden_alert_deliveries SET next_attempt_at = now() WHERE delivered_at IS NULL")


def test_an_alert_arrives_by_email(mailbox: tuple[Mailbox, int]):
    box, port = mailbox
    EmailSender(["a@example.com", "b@example.com"], "127.0.0.1", port, "none", "from@example.com", "ada", SecretStr("correct horse")).send(
        ALERT
    )
    (message,) = box.messages
    assert (message["To"], message["From"]) == ("a@example.com, b@example.com", "from@example.com")
    assert message["Subject"] == "[golden_assets] error: a gate failed (golden)"
    assert ALERT.body in message.get_content()


def test_a_wrong_password_is_an_error_that_does_not_repeat_it(mailbox: tuple[Mailbox, int]):
    sender = EmailSender(["a@example.com"], "127.0.0.1", mailbox[1], "none", "f@example.com", "ada", SecretStr("wrong battery"))
    with pytest.raises(AlertError, match="did not take the e-mail") as caught:
        sender.send(ALERT)
    assert "wrong battery" not in str(caught.value)
    assert mailbox[0].messages == []


def test_a_mail_server_that_cannot_encrypt_is_refused_when_encryption_is_asked_for(mailbox: tuple[Mailbox, int]):
    with pytest.raises(AlertError, match="SMTPNotSupportedError"):
        EmailSender(["a@example.com"], "127.0.0.1", mailbox[1], "starttls", "f@example.com").send(ALERT)


@pytest.mark.parametrize(
    ("recipient", "host"),
    [("a@example.com\nBcc: all@example.com", "127.0.0.1"), ("a@example.com", "x" * 70 + ".example.com")],
)
def test_an_address_or_host_that_cannot_be_one_is_an_alert_that_did_not_arrive(mailbox: tuple[Mailbox, int], recipient: str, host: str):
    with pytest.raises(AlertError) as caught:
        EmailSender([recipient], host, mailbox[1], "none", "f@example.com").send(ALERT)
    assert "smtp_" in str(caught.value)
    assert mailbox[0].messages == []


def test_a_text_mentions_nobody_in_a_chat():
    body = "@all see @here, mail ada@example.com <!channel>"
    text = SlackSender(SecretStr("http://127.0.0.1:9")).payload(ALERT.model_copy(update={"body": body}))["text"]
    assert not re.search(r"(?<!\w)@\w|<!", text)
    assert "ada@example.com" in text


def test_a_line_break_in_a_title_makes_no_header(mailbox: tuple[Mailbox, int]):
    evil = ALERT.model_copy(update={"title": "x\r\nBcc: everybody@example.com"})
    EmailSender(["a@example.com"], "127.0.0.1", mailbox[1], "none", "f@example.com").send(evil)
    assert mailbox[0].messages[0]["Bcc"] is None


def test_webhooks_take_the_alert_as_json_or_as_a_message_of_slack(hook: Hook):
    WebhookSender(hook.url).send(ALERT)
    SlackSender(hook.url).send(ALERT)
    plain, slack = hook.received
    assert plain == ALERT.model_dump()
    assert slack == {"text": ":rotating_light: *a gate failed* (golden)\ndiversity &lt;0.7 &amp; so on"}


@pytest.mark.parametrize("status", [404, 500, 302])
def test_a_webhook_that_refuses_is_named_without_its_url(hook: Hook, status: int):
    hook.status = status
    with pytest.raises(AlertError, match=f"the slack answered {status}: check slack_url") as caught:
        SlackSender(hook.url).send(ALERT)
    assert "T0PS3CRET" not in str(caught.value)


async def test_the_same_incident_is_told_once_and_counted(database: Database, database_url: str, hook: Hook):
    desk = PostgresAlertDesk(database, [WebhookSender(hook.url)])
    assert await desk.record([ALERT, ALERT]) == 1
    assert (await desk.deliver()).delivered == 1
    assert await desk.record([ALERT]) == 0
    assert (await desk.deliver()).delivered == 0
    assert len(hook.received) == 1
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT seen FROM golden_assets.golden_alerts").fetchall() == [(3,)]


async def test_what_a_sink_does_not_take_stays_on_record_and_is_sent_again_while_others_get_it(
    database: Database, database_url: str, hook: Hook, mailbox: tuple[Mailbox, int]
):
    hook.status = 503
    desk = PostgresAlertDesk(
        database, [WebhookSender(hook.url), EmailSender(["a@example.com"], "127.0.0.1", mailbox[1], "none", "f@x.org")]
    )
    await desk.record([ALERT])
    first = await desk.deliver()
    assert (first.delivered, first.failures) == (1, ("the webhook answered 503: check webhook_url.",))
    assert await desk.pending() == 1
    hook.status = 200
    assert (await desk.deliver()).delivered == 0, "it is not tried again at once"
    due_now(database_url)
    assert (await desk.deliver()).delivered == 1
    assert (len(hook.received), len(mailbox[0].messages), await desk.pending()) == (1, 1, 0)


async def test_no_sink_gets_more_than_the_hourly_limit_and_the_rest_waits(database: Database, database_url: str, hook: Hook):
    desk = PostgresAlertDesk(database, [WebhookSender(hook.url)], hourly_limit=3)
    await desk.record([ALERT.model_copy(update={"key": f"k{number}"}) for number in range(5)])
    assert (await desk.deliver()).delivered == 3
    assert (await desk.deliver()).delivered == 0
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("UPDATE golden_assets.golden_alert_deliveries SET delivered_at = delivered_at - interval '61 minutes'")
    assert (await desk.deliver()).delivered == 2
    assert [alert["key"] for alert in hook.received] == ["k0", "k1", "k2", "k3", "k4"]


async def test_two_deskes_at_once_send_each_alert_once(database: Database, hook: Hook):
    desks = [PostgresAlertDesk(database, [WebhookSender(hook.url)], 100) for _ in range(2)]
    await desks[0].record([ALERT.model_copy(update={"key": f"k{number}"}) for number in range(10)])
    await asyncio.gather(*(desk.deliver() for desk in desks))
    assert sorted(alert["key"] for alert in hook.received) == [f"k{number}" for number in range(10)]


async def test_secrets_are_redacted_before_an_alert_is_kept(database: Database, database_url: str):
    settings = Settings(openai_api_key="sk-canary-123", smtp_password="pass-canary")
    desk = PostgresAlertDesk(database, [], secrets=settings.secrets)
    await desk.record([ALERT.model_copy(update={"body": "401 for sk-canary-123 at postgresql://u:pw@host/db, pass-canary\x00"})])
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        (body,) = connection.execute("SELECT body FROM golden_assets.golden_alerts").fetchone()
    assert body == "401 for *** at postgresql://***@host/db, ***"


def test_short_secrets_do_not_eat_ordinary_words():
    assert redacted("a gate failed", ["a"]) == "a gate failed"


def test_each_configured_sink_has_a_sender():
    assert open_senders(Settings(alert_email="a@example.com")) == []
    full = Settings(alert_email="a@x.org, b@x.org", smtp_host="h", slack_url="http://127.0.0.1/s", webhook_url="http://127.0.0.1/w")
    assert [sender.name for sender in open_senders(full)] == ["email", "slack", "webhook"]
