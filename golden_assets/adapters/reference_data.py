"""What a report is told about the rows of a testset that neither they nor their corpus say."""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from golden_assets.domain.quality.leakage import Pair, retired_rows
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.domain.testsets.languages import UNDETERMINED
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.versions import StoredVersion

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier


WITHOUT_PROMPTS = "extractive"
"""The model that writes by rules and reads no example."""
MIN_CONFIDENCE = 0.3
"""Below it a text is left undetermined. English sentences of six words and more get 0.7 and above, commands and figures 0.1 and less."""
MAX_CHARACTERS = 400
"""What is read of a text: enough, however long it is."""


async def background_of(testset: Testset, in_use: Sequence[StoredVersion], waivers: Sequence[Waiver] = ()) -> Background:
    """The language of every row, the examples it may have been copied from, what was taken out of use, and what people waived.

    ``in_use`` are the versions that were ever active.
    """
    active = next((version.testset for version in in_use if version.summary.status == "active"), None)
    return Background(
        languages=detect_languages([f"{row.user_input}\n{row.reference}" for row in testset.rows]),
        prompts=await _examples(testset),
        retired=retired_rows([version.testset for version in in_use if version.summary.status != "active"], active),
        waivers=tuple(waivers),
    )


async def _examples(testset: Testset) -> tuple[Pair, ...]:
    if testset.generator != "ragas" or testset.model == WITHOUT_PROMPTS:
        return ()
    from golden_assets.adapters.ragas.client.lazy_import import example_rows

    return await asyncio.to_thread(example_rows)


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
