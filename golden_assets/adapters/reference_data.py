"""What a report is told about the rows of a testset that neither they nor their corpus say."""

import asyncio
from collections.abc import Sequence

from golden_assets.adapters.languages import detect_languages
from golden_assets.domain.quality.leakage import Pair, retired_rows
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.versions import StoredVersion

WITHOUT_PROMPTS = "extractive"
"""The model that writes by rules and reads no example."""


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
    from golden_assets.adapters.ragas.client.prompt_examples import example_rows

    return await asyncio.to_thread(example_rows)
