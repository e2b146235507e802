"""Alerts by e-mail (SMTP)."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Literal

from pydantic import SecretStr

from golden_assets.domain.core.errors import AlertError
from golden_assets.domain.monitoring.alerts import Alert

Security = Literal["starttls", "tls", "none"]
TIMEOUT_S = 10.0


class EmailSender:
    """An `AlertSender` over SMTP.

    Args:
        recipients: addresses.
        host: the mail server.
        port: 587 is usual for ``starttls``, 465 for ``tls``, 25 for ``none``.
        security: how the connection is encrypted; certificates are verified.
        sender: the address in ``From``.
        user: with ``password``, whom to log in as; None does not log in.
    """

    name = "email"

    def __init__(
        self,
        recipients: Sequence[str],
        host: str,
        port: int,
        security: Security,
        sender: str,
        user: str | None = None,
        password: SecretStr | None = None,
    ) -> None:
        self._recipients = list(recipients)
        self._host = host
        self._port = port
        self._security = security
        self._sender = sender
        self._login = (user, password.get_secret_value()) if user and password else None

    def send(self, alert: Alert) -> None:
        """Deliver to all recipients. Raises `AlertError`; the server's words are repeated, the password never is."""
        try:
            with self._connect() as server:
                if self._security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self._login:
                    server.login(*self._login)
                refused = server.send_message(self._message(alert))
        except ValueError as error:  # a line break in an address, a host that is not a name
            problem = f"the e-mail cannot be written ({type(error).__name__})"
            raise AlertError(problem, "correct alert_email, smtp_sender and smtp_host: addresses and a host, each on one line") from None
        except (smtplib.SMTPException, OSError) as error:
            raise AlertError(f"{self._host}:{self._port} did not take the e-mail ({_reason(error)})", "check the smtp_ settings") from None
        if refused:
            raise AlertError(f"{self._host} refuses {', '.join(sorted(refused))}", "correct alert_email")

    def _connect(self) -> smtplib.SMTP:
        if self._security == "tls":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_S, context=ssl.create_default_context())
        return smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S)

    def _message(self, alert: Alert) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = " ".join(f"[golden_assets] {alert.severity}: {alert.title} ({alert.testset_name})".split())
        message["From"] = self._sender
        message["To"] = ", ".join(self._recipients)
        message.set_content(f"{alert.body}\n\nTestset: {alert.testset_name}\nIncident: {alert.key}\n")
        return message


def _reason(error: Exception) -> str:
    """The kind of failure, with the code of the server or system; a server's text may repeat what it was sent."""
    code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else getattr(error, "errno", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
