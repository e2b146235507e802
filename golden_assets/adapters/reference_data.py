"""What a report is told about the rows of a testset that neither they nor their corpus say."""

import asyncio
from collections.abc import Sequence

from golden_assets.adapters.languages import detect_languages
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.quality.leakage import Pair, retired_rows
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.versions import StoredVersion

MAX_EARLIER = 10
"""Archived versions before the active one whose rows are looked at; older ones are forgotten."""
WITHOUT_PROMPTS = "extractive"
"""The model that writes by rules and reads no example."""


async def versions_until_now(versions: VersionStore) -> list[StoredVersion]:
    """The active version and at most `MAX_EARLIER` archived ones before it, newest first; nothing before anything is active."""
    active = await versions.get_active_version()
    if active is None:
        return []
    newest_first = await versions.list_versions()
    before = newest_first[[summary.version for summary in newest_first].index(active.summary.version) + 1 :]
    archived = [summary.version for summary in before if summary.status == "archived"][:MAX_EARLIER]
    return [active, *[await versions.get_version(version) for version in archived]]


async def background_of(testset: Testset, until_now: Sequence[StoredVersion], waivers: Sequence[Waiver] = ()) -> Background:
    """The language of every row, the examples it may have been copied from, what was taken out of use, and what people waived.

    ``until_now`` are the `versions_until_now`.
    """
    testsets = [version.testset for version in until_now]
    return Background(
        languages=detect_languages([f"{row.user_input}\n{row.reference}" for row in testset.rows]),
        prompts=await _examples(testset),
        retired=retired_rows(testsets[1:], testsets[0] if testsets else None),
        waivers=tuple(waivers),
    )


def earlier_reports(until_now: Sequence[StoredVersion]) -> dict[str, QualityReport]:
    """The reports of `versions_until_now` by number, oldest first; those that were not judged have none."""
    return {version.summary.version: version.report for version in reversed(until_now) if version.report}


async def _examples(testset: Testset) -> tuple[Pair, ...]:
    if testset.generator != "ragas" or testset.model == WITHOUT_PROMPTS:
        return ()
    from golden_assets.adapters.ragas.client.prompt_examples import example_rows

    return await asyncio.to_thread(example_rows)
