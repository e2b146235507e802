"""Which languages a testset is in, against the one that was asked for. Detection itself is an adapter's."""

from collections import Counter
from collections.abc import Sequence

from golden_assets.domain.core.records import Record
from golden_assets.domain.testsets.testset import TestsetRow

UNDETERMINED = "und"
"""ISO 639's code for a text whose language is not known: too short, a figure, code."""
_CLOSE = {"yue": "zh", "wuu": "zh", "nb": "no", "nn": "no", "pcm": "en", "arz": "ar"}
"""Codes of close kin, which a detector cannot tell from a sentence."""


def _alternating(words: str) -> dict[str, str]:
    """The 1st, 3rd, ... word to the one after it."""
    names = words.split()
    return dict(zip(names[::2], names[1::2], strict=True))


CODES = _alternating(
    """
    arabic ar bengali bn bulgarian bg catalan ca chinese zh croatian hr czech cs danish da dutch nl english en estonian et finnish fi
    french fr german de greek el gujarati gu hebrew he hindi hi hungarian hu icelandic is indonesian id irish ga italian it japanese ja
    korean ko latvian lv lithuanian lt malay ms marathi mr norwegian no persian fa polish pl portuguese pt romanian ro russian ru
    serbian sr slovak sk slovenian sl spanish es swahili sw swedish sv tamil ta telugu te thai th turkish tr ukrainian uk urdu ur
    vietnamese vi welsh cy
    """
)
"""ISO 639-1 codes by the English names that the setting for the language takes."""


class LanguageMeasures(Record):
    """``counts``: rows by ISO 639 code of what question and answer together are in, the most frequent first, `UNDETERMINED` among them.

    ``foreign``: rows in another language than asked for, as ``row id: code: question``; empty where the asked language has no known code.
    ``share``: rows not known to be foreign by all rows, 0 to 1; None where the asked language has no known code. Without rows 1.
    """

    counts: dict[str, int]
    foreign: tuple[str, ...]
    share: float | None


def code_of(language: str) -> str | None:
    """The code of a language by its English name, or of a code itself; None for one that is not in `CODES`."""
    name = language.strip().casefold()
    return CODES.get(name, name if name in CODES.values() else None)


def name_of(code: str) -> str:
    """The English name of a code, with a capital; the code itself where none is known."""
    return next((name.capitalize() for name, known in CODES.items() if known == code), code)


def plain_code(code: str) -> str:
    """A detected code, that of the language which close kin are told from in vain."""
    return _CLOSE.get(code, code)


def measure_languages(rows: Sequence[TestsetRow], detected: Sequence[str], language: str) -> LanguageMeasures:
    """Args: ``detected`` is a code for each row, in row order; ``language`` the one that was asked for, by its English name or code."""
    codes = [plain_code(code) for code in detected]
    wanted = code_of(language)
    foreign = tuple(
        f"{row.row_id}: {code}: {row.user_input}"
        for row, code in zip(rows, codes, strict=True)
        if wanted and code not in (wanted, UNDETERMINED)
    )
    share = round(1 - len(foreign) / len(rows), 6) if rows else 1.0
    return LanguageMeasures(counts=dict(Counter(codes).most_common()), foreign=foreign, share=share if wanted else None)
