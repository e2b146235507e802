"""Dagster's home and servers on this machine, and what commands put on record there."""
