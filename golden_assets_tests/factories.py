"""Builders of small domain records. Every default is valid, and a default testset passes every gate; a test names only what it is about.

>>> corpus = a_corpus()
>>> a_testset(rows=(a_row(user_input=""),), corpus=corpus)  # one defect, everything else in order
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.core.records import Record
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.quality.embedder_calibration import SHIPPED_EMBEDDER
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.row_checks import RowMeasures
from golden_assets.domain.testsets.testset import Context, GenerationRequest, QuestionType, Testset, TestsetRow
from golden_assets.domain.versions.versions import StoredVersion

TARGETS: dict[QuestionType, float] = {"single_hop_specific": 0.5, "multi_hop_specific": 0.25, "multi_hop_abstract": 0.25}
_TYPE_CYCLE: tuple[QuestionType, ...] = ("single_hop_specific", "multi_hop_specific", "single_hop_specific", "multi_hop_abstract")

_WORDS = """
pump,valve,boiler,sensor,filter,gauge,turbine,hose,relay,burner,nozzle,sieve,lever,piston
cellar,attic,harbour,workshop,greenhouse,laboratory,corridor,warehouse,kitchen,tower,garage
cools,empties,measures,warns,restarts,drains,doubles,isolates,cleans,steers,locks,balances,weighs
every Monday,after a storm,during maintenance,before noon,in winter,at low pressure,under full load,on delivery,each quarter
"""
_PARTS, _PLACES, _ACTS, _TIMES = (line.split(",") for line in _WORDS.strip().splitlines())


AnyRecord = TypeVar("AnyRecord", bound=Record)


def changed(record: AnyRecord, **changes: Any) -> AnyRecord:
    """A record built anew with other values. `model_copy` would carry the hashes cached on the original over to the copy."""
    return type(record)(**{name: getattr(record, name) for name in type(record).model_fields} | changes)


def a_sentence(index: int) -> str:
    """A sentence of its own for every index: neighbours in the count share no word that carries meaning."""
    part, place = _PARTS[index % 14], _PLACES[(index * 3 + index // 14) % 11]
    act, time = _ACTS[(index * 5 + index // 14) % 13], _TIMES[(index * 2 + index // 9) % 9]
    return f"The {part} of the {place} {act} unit {index} {time}."


def a_question(index: int) -> str:
    """The question that `a_sentence` of the same index answers."""
    words = a_sentence(index).removesuffix(".").split()
    return f"What {words[5]} unit {index} {' '.join(words[8:])} with the {words[1]} in the {words[4]}?"


def a_document(document_id: str = "pumps.md", text: str | None = None, metadata: dict[str, Any] | None = None) -> Document:
    """A document of eight sentences (80 words and more), or with the text given."""
    return Document.of(document_id, " ".join(a_sentence(i) for i in range(8)) if text is None else text, metadata)


def a_corpus(*documents: Document, count: int = 4, source: str = "tests") -> Corpus:
    """A corpus of the documents given, else of ``count`` documents without a sentence in common."""
    made = [a_document(f"doc-{d:02}.md", " ".join(a_sentence(d * 8 + i) for i in range(8))) for d in range(count)]
    return Corpus(source=source, documents=tuple(sorted(documents or made, key=lambda d: d.document_id)))


def a_context(document: Document | None = None, text: str | None = None, **changes: Any) -> Context:
    """The citation of ``text`` (default: the first sentence) where it first stands in the document."""
    document = document or a_corpus().documents[0]
    text = document.text.split(". ")[0].removesuffix(".") + "." if text is None else text
    start = document.text.index(text)
    fields = {
        "text": text,
        "document_id": document.document_id,
        "document_hash": document.content_hash,
        "chunk_hash": sha256_text(text),
        "start": start,
        "end": start + len(text),
    }
    return Context(**fields | changes)


def a_row(**changes: Any) -> TestsetRow:
    """A complete single-hop row that cites the first sentence of the default corpus."""
    contexts = changes.get("contexts", (a_context(),))
    fields: dict[str, Any] = {
        "user_input": a_question(0),
        "reference": a_sentence(0),
        "contexts": contexts,
        "question_type": "single_hop_specific",
        "synthesizer_name": "single_hop_specific",
        "model": "extractive",
        "seed": 0,
    }
    return TestsetRow(**fields | changes)


def rows_on(corpus: Corpus, size: int, start: int = 0) -> tuple[TestsetRow, ...]:
    """``size`` complete rows with verbatim contexts, spread evenly over the documents, types in the shares of `TARGETS`.

    Works on the corpora of `a_corpus(count=...)`. Give another ``start`` for other questions on the same documents.
    """
    return tuple(_row_on(corpus, position, _TYPE_CYCLE[(position - start) % 4]) for position in range(start, start + size))


def _row_on(corpus: Corpus, position: int, question_type: QuestionType) -> TestsetRow:
    documents = corpus.documents
    where = position % len(documents)
    sentences = [s.removesuffix(".") + "." for s in documents[where].text.split(". ")]
    first = (position // len(documents)) % len(sentences)
    cited = [sentences[first]] if question_type == "single_hop_specific" else [sentences[first], sentences[(first + 1) % len(sentences)]]
    return a_row(
        user_input=a_question(where * 8 + first if position < 8 * len(documents) else position),
        reference=" ".join(cited),
        contexts=tuple(a_context(documents[where], text) for text in cited),
        question_type=question_type,
        synthesizer_name=question_type,
        persona_name="engineer",
    )


def a_request(size: int = 4, **changes: Any) -> GenerationRequest:
    """What was asked for: by default the shares of `TARGETS`."""
    return GenerationRequest(**{"size": size, "question_types": TARGETS} | changes)


def a_testset(rows: Sequence[TestsetRow] | None = None, corpus: Corpus | None = None, size: int = 4, **changes: Any) -> Testset:
    """A testset of these rows, else of ``size`` rows on the corpus that pass every gate; it asked for as many as it has."""
    corpus = corpus or a_corpus()
    rows = rows_on(corpus, size) if rows is None else tuple(rows)
    fields = {
        "rows": rows,
        "corpus_hash": corpus.corpus_hash,
        "request": a_request(max(1, len(rows))),
        "generator": "tests",
        "generator_version": "1",
        "model": "extractive",
        "embedding_model": "orthogonal",
    }
    return Testset(**fields | changes)


def vectors_for(testset: Testset) -> list[list[float]]:
    """One unit vector per row, all orthogonal: every cosine distance is 1."""
    count = len(testset.rows)
    return [[float(row == column) for column in range(count)] for row in range(count)]


def measured_hops(rows: int, rejected: int, indistinct: int = 0) -> RowMeasures:
    """Measures of a testset with so many multi-hop rows."""
    false = tuple(f"r{number}: one of the cited passages says the whole answer" for number in range(rejected + indistinct))
    return RowMeasures(incomplete=0, faults=(), unfinished_references=0, multi_hop=rows, false_hops=false, indistinct_hops=indistinct)


def a_report(
    testset: Testset | None = None, corpus: Corpus | None = None, thresholds: Thresholds | None = None, **changes: Any
) -> QualityReport:
    """The real report on a testset with orthogonal questions: it passes unless the testset has defects."""
    from golden_assets.domain.gates.evaluate import write_report

    corpus = corpus or a_corpus()
    testset = testset or a_testset(corpus=corpus)
    report = write_report(testset, corpus, vectors_for(testset), SHIPPED_EMBEDDER, thresholds or Thresholds())
    return changed(report, **changes)


def a_failed_report(testset: Testset | None = None, corpus: Corpus | None = None) -> QualityReport:
    """A report in which exactly one gate failed: too few rows, for a thousand were needed."""
    return a_report(testset, corpus, Thresholds(min_rows=1000))


def a_stored_version(testset: Testset | None = None, version: str = "1.0.0", status: str = "validated", **changes: Any) -> StoredVersion:
    """A version as the registry returns it, with its report."""
    from datetime import UTC, datetime

    from golden_assets.domain.versions.versions import VersionSummary

    testset = testset or a_testset()
    summary = VersionSummary(
        testset_name="golden",
        version=version,
        status=status,  # type: ignore[arg-type]
        testset_hash=testset.testset_hash,
        corpus_hash=testset.corpus_hash,
        row_count=len(testset.rows),
        created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        created_by="tests",
    )
    return StoredVersion(**{"summary": summary, "testset": testset, "report": a_report(testset)} | changes)
