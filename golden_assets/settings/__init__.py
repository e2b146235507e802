"""What a user may configure; the only place that reads the environment."""
