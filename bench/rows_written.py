"""Rows that the configured model writes to deliver one: ``python -m bench.rows_written FOLDER [--size N] [--seed N]``.

The model, embedder and critics are those of the settings (`OPENAI_API_KEY`, `OPENAI_BASE_URL`, `GOLDEN_ASSETS_MODEL` ...); nothing is
stored but the calls. Prints how many rows were delivered of those asked for, how many critics rejected, and which critic did.
"""

import argparse
import asyncio
from collections import Counter
from pathlib import Path

from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.application import Application
from golden_assets.domain.core.text import counted
from golden_assets.domain.testsets.testset import GenerationRequest, Testset
from golden_assets.settings.settings import load_settings


async def generated(folder: Path, size: int, seed: int) -> tuple[str, Testset]:
    """(the model's name, a testset of this folder)."""
    async with Application(load_settings()) as application:
        generator, corpus = application.generator, FolderSource(folder).read()
        request = GenerationRequest(size=size, seed=seed, question_types=generator.default_question_types)
        return generator.model, await generator.generate(corpus, request, lambda *_: None)


def lines_of(model: str, testset: Testset) -> list[str]:
    """The figures, a line each."""
    delivered, rejected = len(testset.generated_rows), len(testset.rejected)
    ratio = f"{(delivered + rejected) / delivered:.2f}" if delivered else "-"
    by_critic = Counter(finding.critic for one in testset.rejected for finding in one.findings if finding.verdict == "rejected")
    return [
        f"{model}: {delivered} of {counted(testset.request.size, 'row')} delivered, {delivered + rejected} written: {ratio} for each",
        *(f"{critic}: {count} rejected" for critic, count in by_critic.most_common()),
    ]


def main() -> None:
    """Generate, and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    print("\n".join(lines_of(*asyncio.run(generated(asked.folder, asked.size, asked.seed)))))


if __name__ == "__main__":
    main()
