"""Counting words in any script: the one measure behind gates, passages, notes and faults.

Scripts that put no blanks between words are counted by their letters: two of Chinese, Japanese or Korean make a word, and five code points
of Thai, Lao, Khmer or Burmese, vowel signs included. What has 24 letters without a blank is taken for more than one word.
"""

import re
from functools import lru_cache

CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af"
SOUTH_EAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"
"""Thai, Lao, Burmese and Khmer."""
UNSPACED = re.compile(f"[{CJK}{SOUTH_EAST_ASIAN}]")
UNSPACED_WORD = rf"[{CJK}]{{1,2}}|[{SOUTH_EAST_ASIAN}]{{1,5}}"
"""As a pattern: what counts as one word in a script without blanks."""
WORD = re.compile(rf"{UNSPACED_WORD}|[^\s{CJK}{SOUTH_EAST_ASIAN}]{{1,24}}")


MAX_KEPT = 4_096
"""Characters of a text whose count is remembered: rows are measured many times, documents once."""


def count_words(text: str) -> int:
    """Words of a text as a reader would count them; a sign that stands alone counts as one."""
    return _short_count(text) if len(text) <= MAX_KEPT else _count(text)


def _count(text: str) -> int:
    return sum(1 for _ in WORD.finditer(text))


_short_count = lru_cache(maxsize=32_768)(_count)
