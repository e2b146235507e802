"""Counts in words."""


def counted(number: int, thing: str) -> str:
    """``1 row``, ``2 rows``: a number before the name of what it counts, which takes an s in the plural."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
