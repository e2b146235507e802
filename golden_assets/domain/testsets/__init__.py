"""Testsets and their rows: what they hold, where it comes from, what is wrong with a row."""
