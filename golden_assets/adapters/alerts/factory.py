"""Where alerts are sent, as the settings say."""

from golden_assets.adapters.alerts.email import EmailSender
from golden_assets.adapters.alerts.webhooks import SlackSender, WebhookSender
from golden_assets.domain.monitoring.alerts import AlertSender
from golden_assets.settings.settings import Settings


def open_senders(settings: Settings) -> list[AlertSender]:
    """A sender for each sink that is configured. An address without a mail server gets no mail, as `golden-assets status` says."""
    senders: list[AlertSender] = []
    if settings.alert_email and settings.smtp_host:
        recipients = [address.strip() for address in settings.alert_email.split(",") if address.strip()]
        sender = settings.smtp_sender or recipients[0]
        security, login = settings.smtp_security, (settings.smtp_user, settings.smtp_password)
        senders.append(EmailSender(recipients, settings.smtp_host, settings.smtp_port, security, sender, *login))
    if settings.slack_url:
        senders.append(SlackSender(settings.slack_url))
    if settings.webhook_url:
        senders.append(WebhookSender(settings.webhook_url))
    return senders
