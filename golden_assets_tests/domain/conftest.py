"""Drawn examples are the same in every run, and slow first imports are no failure."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")
