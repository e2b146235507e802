"""The `golden-assets` command."""
