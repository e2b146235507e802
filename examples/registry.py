"""The Python API, as in a notebook: store rows, promote them, change one, compare, go back.

In a notebook leave out ``asyncio.run`` and await the calls. Without a URL the embedded PostgreSQL is used.
"""

import asyncio
import sys

import pandas as pd

from golden_assets import GoldenTestsetManager

PASSAGES = ["The tank holds forty litres of water.", "The filter is rinsed every Monday."]
ROWS = pd.DataFrame(
    {
        "user_input": ["How much water does the tank hold?", "When is the filter rinsed?"],
        "reference": ["Forty litres of water.", "Every Monday."],
        "reference_contexts": [[passage] for passage in PASSAGES],
    }
)


async def main(db_url: str | None = None, testset_name: str = "example") -> None:
    """Walk through the life of a testset."""
    async with GoldenTestsetManager(db_url=db_url, testset_name=testset_name) as manager:
        first = await manager.create_version(ROWS, {"source": "written by hand"}, auto_promote=True)
        print(f"{first.version} is {first.status}, with {len(first.testset_df)} rows")

        corrected = ROWS.assign(reference=["Forty litres.", "Every Monday."])
        second = await manager.create_version(corrected, {"source": "shorter answers"}, auto_promote=True)
        difference = await manager.compare_versions(first.version, second.version)
        print(f"{second.version} is {second.status}: {len(difference.rows.changed)} row changed")

        await manager.rollback_version(first.version, reason="the longer answer is clearer")
        active = await manager.get_active_version()
        print(f"{active.version if active else 'no version'} is active again")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
