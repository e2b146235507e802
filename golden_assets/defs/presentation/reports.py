"""Quality reports and verdicts as Dagster metadata."""

import dagster as dg

from golden_assets.adapters.reports.embedding import as_markdown
from golden_assets.adapters.reports.quality_pictures import report_pictures
from golden_assets.defs.names import ADDRESS
from golden_assets.defs.presentation.tables import Metadata, rounded, table
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.quality.power import PowerCertificate
from golden_assets.domain.testsets.testset import Testset
from golden_assets.services.evaluate import Evaluation

TALLIES = ("rows", "passed", "warnings", "rejected", "abstained")


def describe_evaluation(testset: Testset, evaluation: Evaluation) -> Metadata:
    """Every measure as a number, every gate in a table, and before all the numbers the pictures."""
    report = evaluation.report
    pictures = as_markdown(report_pictures(testset, report, evaluation.embeddings, evaluation.trend))
    verdicts = [
        {
            "gate": v.name,
            "verdict": v.outcome,
            "measured": round(v.measured, 4),
            "must_be": f"{v.comparison} {v.threshold:g}",
        }
        for v in report.verdicts
    ]
    return {
        "status": report.status,
        "gates_failed": len(report.failed_gates),
        "gates_not_judged": [verdict.name for verdict in report.unjudged_gates],
        "overall_score": report.score,
        "pictures": dg.MetadataValue.md(pictures),
        "gates": table(verdicts, gate="string", verdict="string", measured="float", must_be="string"),
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


def describe_verdict(verdict: Verdict) -> Metadata:
    """The same keys for every gate, so that the UI plots each measure over time. One that passed has nothing to mend: what it names all the
    same, within its limit, is only noted.
    """
    named, count = list(verdict.offenders), verdict.offender_count
    told: Metadata = {"remedy": verdict.remedy} if verdict.outcome != "passed" else {"noted": named} if named else {}
    numbers = {"n": verdict.n, "power": verdict.power}
    return rounded(
        {
            "measured": verdict.measured,
            "threshold": verdict.threshold,
            "comparison": verdict.comparison,
            "verdict": verdict.outcome,
            "explanation": verdict.explanation,
            "offenders": [] if verdict.passed else named,
            "offender_count": 0 if verdict.passed else count,
            "thresholds_fingerprint": verdict.thresholds_fingerprint,
            **told,
            **{name: number for name, number in numbers.items() if number is not None},
        }
    )
