"""Where alerts go: e-mail, Slack-compatible webhooks, webhooks that take JSON; and the desk that keeps them until they have arrived."""
