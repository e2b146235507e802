"""Records as Dagster metadata: numbers (plotted over time by the UI), tables, previews. Keys stay the same from run to run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from golden_assets.defs.names import ADDRESS
from golden_assets.domain.abtesting.comparison import ABComparison, MetricComparison
from golden_assets.domain.documents import Corpus
from golden_assets.domain.errors import GoldenAssetsError
from golden_assets.domain.experiments import Experiment
from golden_assets.domain.gates import Verdict
from golden_assets.domain.monitoring import QUERY_P95_SECONDS, OperationRate, in_words
from golden_assets.domain.power import PowerCertificate
from golden_assets.domain.quality import QualityReport
from golden_assets.domain.testsets import Testset, TestsetRow, count_types
from golden_assets.domain.versions import PublishedDataset, RowDiff, VersionSummary

Metadata = dict[str, Any]
PREVIEW_ROWS = 10
PREVIEW_CHARACTERS = 240
TABLE_ROWS = 200
TALLIES = ("rows", "passed", "warnings", "rejected", "abstained")
EXTRACTIVE = "extractive"
EXTRACTIVE_NOTE = "Written by rules, without a language model: good for trying the pipeline and for tests, not for judging a RAG."


def table(rows: Iterable[Mapping[str, Any]], /, **columns: str) -> Any:
    """A metadata table; ``columns`` maps each column to its type (``string``, ``int``, ``float``)."""
    schema = dg.TableSchema(columns=[dg.TableColumn(name, kind) for name, kind in columns.items()])
    return dg.MetadataValue.table([dg.TableRecord(dict(row)) for row in rows], schema=schema)


def shorten(text: str) -> str:
    """At most `PREVIEW_CHARACTERS` of ``text`` on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= PREVIEW_CHARACTERS else flat[: PREVIEW_CHARACTERS - 1] + "…"


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
        **({} if testset.generation_yield is None else {"yield": testset.generation_yield}),
        "abstentions": sum(testset.abstentions.values()),
        "model": testset.model,
        **({"about_the_model": EXTRACTIVE_NOTE} if testset.model == EXTRACTIVE else {}),
        "preview": preview(testset.rows),
        "reused_draft": reused,
        **describe_usage(testset, reused=reused),
        "generator": f"{testset.generator} {testset.generator_version}",
        "embedding_model": testset.embedding_model,
        "question_types": count_types(testset.rows),
        "rows_per_document": rows_per_document(testset.rows),
        **({"failure_table": table(failures, subject="string", reason="string", remedy="string")} if failures else {}),
        **describe_rejected(testset),
        **({"abstentions_by_critic": testset.abstentions} if testset.abstentions else {}),
        "testset_hash": testset.testset_hash,
        ADDRESS: address,
    }


def describe_rejected(testset: Testset) -> Metadata:
    """The rows that critics refused, with the first reason of each; nothing when there are none."""
    lines = [
        {"question": r.row.user_input, "reference": r.row.reference, "critic": r.findings[0].critic, "reason": r.findings[0].reason}
        for r in testset.rejected[:TABLE_ROWS]
    ]
    columns = dict.fromkeys(("question", "reference", "critic", "reason"), "string")
    return {"rejected_rows": table(lines, **columns)} if lines else {}


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


def describe_report(report: QualityReport) -> Metadata:
    """Every measure as a number, every gate in a table."""
    verdicts = [
        {
            "gate": v.name,
            "passed": "yes" if v.passed else "NO",
            "measured": round(v.measured, 4),
            "must_be": f"{v.comparison} {v.threshold:g}",
        }
        for v in report.verdicts
    ]
    return {
        "status": report.status,
        "gates_failed": len(report.failed_gates),
        "overall_score": report.score,
        "gates": table(verdicts, gate="string", passed="string", measured="float", must_be="string"),
        "critics": table(map(dict, report.critics), critic="string", **dict.fromkeys(TALLIES, "int")),
        **({"judge": report.judge} if report.judge else {}),
        "embedder": report.embedder,
        "thresholds_fingerprint": report.thresholds_fingerprint,
        **{f"measure/{name}": value for name, value in report.measures.items()},
        **describe_power(report.certificate),
        "uncovered_documents": list(report.uncovered_documents),
        "testset_hash": report.testset_hash,
        ADDRESS: report.report_hash,
    }


def describe_power(certificate: PowerCertificate | None) -> Metadata:
    """What the testset can tell, as numbers and as a sentence; nothing for a report without a certificate."""
    if certificate is None:
        return {}
    numbers = certificate.model_dump(exclude={"rows", "documents"}, exclude_none=True)
    return {"power": certificate.sentence, **{f"power/{name}": value for name, value in numbers.items()}}


def describe_version(version: VersionSummary, diff: RowDiff | None) -> Metadata:
    """Number, status, hashes, and what changed since the version before."""
    changes = {} if diff is None else {f"rows_{k}": len(getattr(diff, k)) for k in ("added", "removed", "changed", "unchanged")}
    return {
        "testset": version.testset_name,
        "version": version.version,
        "status": version.status,
        "testset_hash": version.testset_hash,
        "corpus_hash": version.corpus_hash,
        "rows": version.row_count,
        "created_at": dg.MetadataValue.timestamp(version.created_at),
        **changes,
        ADDRESS: version.version,
    }


def describe_publication(published: PublishedDataset) -> Metadata:
    """Where the version is in Phoenix, as a link."""
    return {
        "url": dg.MetadataValue.url(published.url),
        "dataset": published.dataset_name,
        "dataset_id": published.dataset_id,
        "dataset_version_id": published.dataset_version_id,
        "examples": published.example_count,
        "testset_hash": published.testset_hash,
        ADDRESS: published.version,
    }


def describe_experiment(experiment: Experiment) -> Metadata:
    """Every score as a number, counts of what went wrong, failed calls, and where the experiment is."""
    summary = experiment.summary
    failures = [{"row": run.row_id, "error": shorten(run.error or "")} for run in experiment.failures[:TABLE_ROWS]]
    return {
        "url": dg.MetadataValue.url(summary.url),
        "version": summary.version,
        "task": summary.task,
        "experiment_id": summary.experiment_id,
        **{f"score/{name}": score for name, score in summary.scores.items()},
        "calls": summary.run_count,
        "failed_calls": summary.error_count,
        "unscored": summary.unscored_count,
        **({"failures": table(failures, row="string", error="string")} if failures else {}),
    }


def describe_comparison(comparison: ABComparison) -> Metadata:
    """The deciding score as numbers, every score as a table, and what must not be read into them."""
    primary, columns = comparison.primary, {"score": "string", **dict.fromkeys(("a", "b", "difference"), "float"), "interval": "string"}
    columns |= {"p_holm": "float", "finding": "string", **dict.fromkeys(("removed_rows", "common_rows", "added_rows"), "float")}
    return {
        "decision": comparison.reason,
        "better": comparison.better,
        "promoted": comparison.promoted,
        "a": f"{comparison.a.version} by {comparison.a.task}",
        "b": f"{comparison.b.version} by {comparison.b.task}",
        "score_a": primary.mean_a,
        "score_b": primary.mean_b,
        "difference": primary.difference,
        **({} if primary.low is None or primary.high is None else {"low": primary.low, "high": primary.high}),
        "p_value": primary.p_value,
        "documents": primary.documents,
        "design": primary.design,
        **{f"bridge/{part}": getattr(primary.bridge, part) for part in ("removed", "common", "added")},
        "scores": table(map(_scores, (primary, *comparison.metrics)), **columns),
        "cautions": list(comparison.cautions),
        "phoenix_a": dg.MetadataValue.url(comparison.a.url),
        "phoenix_b": dg.MetadataValue.url(comparison.b.url),
    }


def _scores(one: MetricComparison) -> dict[str, Any]:
    interval = "-" if one.low is None or one.high is None else f"{one.low:+.3f} to {one.high:+.3f}"
    parts = {"removed_rows": one.bridge.removed, "common_rows": one.bridge.common, "added_rows": one.bridge.added}
    scores = {"score": one.metric, "a": one.mean_a, "b": one.mean_b, "difference": one.difference, "interval": interval}
    return {**scores, "p_holm": one.adjusted_p_value, "finding": one.verdict, **parts}


def describe_currency(shown: PublishedDataset | GoldenAssetsError) -> Metadata:
    """Whether the active version is the current one in Phoenix, and where, or why not."""
    if isinstance(shown, GoldenAssetsError):
        return {"current_in_phoenix": False, "phoenix_problem": str(shown)}
    return {"current_in_phoenix": True, "url": dg.MetadataValue.url(shown.url), "dataset_version_id": shown.dataset_version_id}


def describe_verdict(verdict: Verdict) -> Metadata:
    """The same keys for every gate, so that the UI plots each measure over time."""
    return {
        "measured": verdict.measured,
        "threshold": verdict.threshold,
        "comparison": verdict.comparison,
        "explanation": verdict.explanation,
        "offenders": list(verdict.offenders),
        "offender_count": verdict.offender_count,
        "thresholds_fingerprint": verdict.thresholds_fingerprint,
        "remedy": verdict.remedy,
        **({} if verdict.n is None else {"n": verdict.n}),
        **({} if verdict.power is None else {"power": verdict.power}),
    }


def describe_rates(rates: Sequence[OperationRate], query_p95_seconds: float) -> Metadata:
    """Each rate beside its number and its target, those that are missed, and the 95th percentile of queries in seconds."""
    missed = [rate.kind for rate in rates if rate.met is False] + ([] if query_p95_seconds < QUERY_P95_SECONDS else ["query"])
    lines = [{"kind": rate.kind, "n": rate.total, "result": in_words(rate)} for rate in rates]
    return {
        **{f"{rate.kind}_rate": rate.rate for rate in rates if rate.rate is not None},
        **{f"{rate.kind}_n": rate.total for rate in rates},
        "query_p95_seconds": query_p95_seconds,
        "query_p95_target": QUERY_P95_SECONDS,
        "targets_missed": ", ".join(missed),
        "rates": table(lines, kind="string", n="int", result="string"),
    }
