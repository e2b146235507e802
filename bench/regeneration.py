"""What a change of the documents costs: one of 100 documents edited, against the full run, on the loopback endpoint.

``python -m bench.regeneration OLD NEW`` prints instead what becomes of the rows between two folders of real documents, and the calls of
both runs.
"""

import asyncio
import sys
from pathlib import Path
from statistics import mean
from typing import NamedTuple

from pydantic import SecretStr

from bench.figures import Figure
from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.adapters.models.endpoint import Endpoint
from golden_assets.adapters.models.endpoint_embedder import EndpointEmbedder
from golden_assets.adapters.models.endpoint_model import EndpointModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
from golden_assets.domain.changes import compare_corpora
from golden_assets.domain.documents import Corpus, Document
from golden_assets.domain.freshness import classify_rows, measure_freshness
from golden_assets.domain.hashing import sha256_text
from golden_assets.domain.testsets import GenerationRequest, Testset
from golden_assets_tests.endpoint_server import CHAT, EMBEDDINGS, EndpointServer, serving

LATENCY = 0.05
"""Seconds before each answer; what is counted does not depend on it."""
DOCUMENTS = 100
ROWS = 100
EDITED = range(0, DOCUMENTS, 10)
"""The documents that are edited, each by itself."""


class Run(NamedTuple):
    """A testset and what the endpoint counted for it."""

    testset: Testset
    calls: int


def measure() -> list[Figure]:
    """Calls after one edit in per cent of those of the full run, chat and embeddings: the mean over several documents, and the worst."""
    with serving(latency=LATENCY) as server:
        corpus = _manual()
        full = _generate(server, corpus, ROWS)
        again = [_generate(server, _edited(corpus, number), ROWS, full.testset).calls for number in EDITED]
    claim = f"one of {DOCUMENTS} documents edited, {ROWS} rows: calls against the {full.calls} of the full run"
    return [Figure(f"{claim}, {name}", 100 * calls / full.calls, 2, "%") for name, calls in (("mean", mean(again)), ("worst", max(again)))]


def compare(old: Path, new: Path, rows: int) -> None:
    """Print what becomes of the rows of one folder on another one."""
    before, after = FolderSource(old).read(), FolderSource(new).read()
    with serving() as server:
        first = _generate(server, before, rows)
        second = _generate(server, after, rows, first.testset)
        scratch = _generate(server, after, rows)
    change = compare_corpora(before, after)
    states = measure_freshness(classify_rows(first.testset.rows, after)).counts
    print(f"documents: {len(before.documents)} and {len(after.documents)}; {change.share:.1%} of the content changed")
    for document in change.documents:
        print(f"  {document.kind:8} {document.similarity:6.1%} alike  {document.document_id}")
    print(f"rows: {', '.join(f'{count} {state}' for state, count in states.items())}")
    print(f"calls: {first.calls} for the first testset, {second.calls} to go on from it, {scratch.calls} from scratch")


def _generate(server: EndpointServer, corpus: Corpus, size: int, base: Testset | None = None) -> Run:
    """One run, and the requests that reached the endpoint meanwhile."""
    before = _requests(server)
    endpoint = Endpoint(api_key=SecretStr(server.key), base_url=server.url)
    model = EndpointModel(endpoint, model="loopback", prices=ModelPrices(input=1, output=1))
    embedder = EndpointEmbedder(endpoint, model="loopback", prices=ModelPrices(embedding=1))
    generator = RagasTestsetGenerator(model, embedder)
    request = GenerationRequest(size=size, question_types=generator.default_question_types)
    testset = asyncio.run(generator.generate(corpus, request, _silent, base))
    return Run(testset, _requests(server) - before)


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def _requests(server: EndpointServer) -> int:
    return server.stats[CHAT].calls + server.stats[EMBEDDINGS].calls


def _manual() -> Corpus:
    """Documents of about 800 words in five sections; each has words of its own, and each section shares some with other documents."""
    return Corpus(source="bench", documents=tuple(Document.of(f"part-{number:03}.md", _chapter(number)) for number in range(DOCUMENTS)))


def _chapter(number: int) -> str:
    sections = [f"## Section {section} of part {number}\n\n{_section(number, section)}" for section in range(5)]
    return f"# Part {number}\n\n" + "\n\n".join(sections) + "\n"


def _section(number: int, section: int) -> str:
    """Nine sentences about two things that all of them name, and eighteen that are mentioned once."""
    own, shared = _name(f"own {number} {section}"), _name(f"shared {(number * 5 + section) % 80}")
    sentences = []
    for line in range(9):
        first, second = (_name(f"{number} {section} {line} {which}") for which in "ab")
        sentences.append(
            f"Step {line} is when {own} or {shared} has to {first.lower()} each of the {second.lower()} in {number + line} ways."
        )
    return "\n".join(sentences)


def _name(key: str) -> str:
    """A pronounceable word that follows from the key."""
    digits = [int(digit, 16) for digit in sha256_text(key)[:8]]
    return "".join("bdfgklmnprstvwxz"[one] + "aeiou"[other % 5] for one, other in zip(digits[::2], digits[1::2], strict=True)).title()


def _edited(corpus: Corpus, number: int) -> Corpus:
    """The corpus with one document changed in every section."""
    documents = list(corpus.documents)
    documents[number] = Document.of(documents[number].document_id, documents[number].text.replace("Step 3 is", "Step 3b is"))
    return Corpus(source="bench", documents=tuple(documents))


if __name__ == "__main__":
    compare(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 50)
