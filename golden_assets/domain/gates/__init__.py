"""The gates: each judges one thing, and together they decide whether a version may be used."""
