"""Which language a text is in, by the character n-grams of py3langid (Lui and Baldwin 2012; BSD licence, no pickles, no network)."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from golden_assets.domain.testsets.languages import UNDETERMINED

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MIN_CONFIDENCE = 0.3
"""Below it a text is left undetermined. English sentences of six words and more get 0.7 and above, commands and figures 0.1 and less."""
MAX_CHARACTERS = 400
"""What is read of a text: enough, however long it is."""


def detect_languages(texts: Sequence[str]) -> tuple[str, ...]:
    """The ISO 639 code of each text, or `UNDETERMINED`; 30 microseconds a sentence, after half a second for the model."""
    return tuple(_detect(text[:MAX_CHARACTERS]) for text in texts)


def _detect(text: str) -> str:
    if not any(character.isalpha() for character in text):
        return UNDETERMINED
    code, confidence = _identifier().classify(text)
    return code if confidence >= MIN_CONFIDENCE and len(code) in (2, 3) and code != "zxx" else UNDETERMINED


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
