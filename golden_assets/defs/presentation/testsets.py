"""Documents and the rows that were written about them, as Dagster metadata."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from golden_assets.defs.names import ADDRESS, TYPES_NOTE
from golden_assets.defs.presentation.tables import TABLE_ROWS, Metadata, shorten, table
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.generation.joining import change_of_shares
from golden_assets.domain.testsets.testset import GenerationRequest, QuestionType, RejectedRow, Testset, TestsetRow, count_types
from golden_assets.domain.versions.comparison_text import note_on

PREVIEW_ROWS = 10


def describe_corpus(corpus: Corpus, address: str) -> Metadata:
    """Counts, hashes, every document, every skipped file."""
    documents = [
        {"document": d.document_id, "words": d.word_count, "sha256": d.content_hash[:12], "metadata_sha256": d.metadata_hash[:12]}
        for d in corpus.documents[:TABLE_ROWS]
    ]
    skipped = [s.model_dump() for s in corpus.skipped[:TABLE_ROWS]]
    return {
        "source": corpus.source,
        "corpus_hash": corpus.corpus_hash,
        "documents": len(corpus.documents),
        "words": sum(d.word_count for d in corpus.documents),
        "skipped": len(corpus.skipped),
        "other_files": sum(corpus.not_read.values()),
        **({"other_files_by_suffix": corpus.not_read} if corpus.not_read else {}),
        ADDRESS: address,
        "document_table": table(documents, document="string", words="int", sha256="string", metadata_sha256="string"),
        **({"skipped_table": table(skipped, document_id="string", reason="string", remedy="string")} if skipped else {}),
    }


def describe_testset(testset: Testset, address: str, *, reused: bool) -> Metadata:
    """Counts, cost, a preview of rows, rows per document, what yielded nothing."""
    failures = [f.model_dump() for f in testset.failures[:TABLE_ROWS]]
    return {
        "rows": len(testset.rows),
        "rows_asked": testset.request.size,
        "rows_missing": max(0, testset.request.size - len(testset.generated_rows)),
        "rows_human": len(testset.rows) - len(testset.generated_rows),
        "documents_cited": len(testset.document_ids),
        "failures": len(testset.failures),
        "rows_rejected": len(testset.rejected),
        "rows_written": 0 if reused else testset.rows_written,
        **({} if testset.generation_yield is None else {"yield": testset.generation_yield}),
        "abstentions": sum(testset.abstentions.values()),
        "model": testset.model,
        **({"about_the_model": note} if (note := note_on(testset.model)) else {}),
        "preview": preview(testset.rows),
        "reused_draft": reused,
        **describe_usage(testset, reused=reused),
        "generator": f"{testset.generator} {testset.generator_version}",
        "embedding_model": testset.embedding_model,
        "question_types": count_types(testset.rows),
        **describe_types(testset.request, testset.type_targets),
        "rows_per_document": rows_per_document(testset.rows),
        **({"failure_table": table(failures, subject="string", reason="string", remedy="string")} if failures else {}),
        **describe_rejected("rejected_rows", testset.rejected),
        **({"abstentions_by_critic": testset.abstentions} if testset.abstentions else {}),
        "testset_hash": testset.testset_hash,
        ADDRESS: address,
    }


def describe_types(request: GenerationRequest, supported: Mapping[QuestionType, float]) -> Metadata:
    """Which question types are asked for instead of those of the request, in words; nothing when the documents can yield these."""
    note = change_of_shares(request.question_types, supported)
    return {TYPES_NOTE: note} if note else {}


def describe_rejected(key: str, rejected: Sequence[RejectedRow]) -> Metadata:
    """The rows that critics refused, under this key, with the first reason of each; nothing when there are none."""
    lines = [
        {"question": r.row.user_input, "reference": r.row.reference, "critic": r.findings[0].critic, "reason": r.findings[0].reason}
        for r in rejected[:TABLE_ROWS]
    ]
    columns = dict.fromkeys(("question", "reference", "critic", "reason"), "string")
    return {key: table(lines, **columns)} if lines else {}


def describe_usage(testset: Testset, *, reused: bool) -> Metadata:
    """What this materialization cost; a reused draft was paid for before, so it costs nothing now."""
    usage = testset.usage
    factor = 0 if reused else 1
    return {
        "model_calls": usage.calls * factor,
        "model_calls_replayed": usage.calls_replayed * factor,
        "prompt_tokens": usage.prompt_tokens * factor,
        "completion_tokens": usage.completion_tokens * factor,
        "embedding_tokens": usage.embedding_tokens * factor,
        "cost_usd": usage.cost_usd * factor,
        "tokens_estimated": usage.estimated,
        "duration_seconds": testset.duration_seconds * factor,
    }


def preview(rows: Sequence[TestsetRow]) -> Any:
    """The first rows as people read them; few columns, for the UI gives a table little width."""
    shown = [
        {"question": shorten(row.user_input), "reference": shorten(row.reference), "documents": ", ".join(row.document_ids)}
        for row in rows[:PREVIEW_ROWS]
    ]
    return table(shown, question="string", reference="string", documents="string")


def rows_per_document(rows: Iterable[TestsetRow]) -> Any:
    """How many rows cite each document, most cited first."""
    counts: dict[str, int] = {}
    for row in rows:
        for document_id in row.document_ids:
            counts[document_id] = counts.get(document_id, 0) + 1
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return table(({"document": d, "rows": n} for d, n in ranked[:TABLE_ROWS]), document="string", rows="int")
