"""File formats: how bytes become the Markdown that everything else reads."""
