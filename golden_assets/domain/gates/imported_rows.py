"""The gates that rows from outside pass before they can be promoted, when they were not judged by the full set.

They ask for what every use of a testset needs, and for nothing that needs documents or a model: that each row asks and answers something,
and that no question occurs twice. Whether the references answer the questions is judged where people wrote or approved the rows. The
verdicts are recorded like all others, so it stays visible what a version was admitted on.
"""

import sys
from collections import Counter

from golden_assets.domain.core.text import counted
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import GateSpec, Verdict
from golden_assets.domain.critics.standalone import question_stands_alone
from golden_assets.domain.gates.gate import gate, gates_in
from golden_assets.domain.gates.grounding import TestsetFacts, answers_fit_their_questions
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.human_override import vouched_for
from golden_assets.domain.testsets.testset import Testset, count_types


@gate("pre-activation", "testset")
def rows_ask_and_answer(testset: Testset, thresholds: Thresholds) -> Verdict:
    """Every row has a question and a reference answer."""
    blank = [row.row_id for row in testset.rows if not row.user_input.strip() or not row.reference.strip()]
    what, remedy = "without a question or a reference", "fill them in or leave the rows out"
    return _none_of(rows_ask_and_answer.spec, blank, len(testset.rows), thresholds, what, remedy)


@gate("pre-activation", "testset")
def questions_occur_once(testset: Testset, thresholds: Thresholds) -> Verdict:
    """No question occurs twice."""
    repeated, what = _repeated(testset), "whose question occurs twice"
    return _none_of(questions_occur_once.spec, repeated, len(testset.rows), thresholds, what, "leave the repeated rows out")


@gate("pre-activation", "testset")
def answers_cite_passages(testset: Testset, thresholds: Thresholds) -> Verdict:
    """Every row cites a passage; without one nothing can tell whether its answer is grounded."""
    bare = [row.row_id for row in testset.rows if not row.contexts]
    rows = counted(len(testset.rows), "row")
    return Verdict.of(
        answers_cite_passages.spec,
        float(len(bare)),
        "<=",
        float(len(testset.rows)),
        explanation=f"{len(bare)} of {rows} cite no passage, so nothing tells whether their answers are grounded."
        if bare
        else f"All of {rows} cite a passage.",
        remedy="Import the passages, too (--contexts COLUMN), or have people review the rows.",
        fingerprint=thresholds.fingerprint,
        offenders=bare,
        n=len(testset.rows),
        is_judged=not bare,
    )


def judge_admission(testset: Testset, thresholds: Thresholds | None = None) -> QualityReport:
    """Judge a testset by the admission gates; without documents or embeddings nothing else is measured."""
    thresholds = thresholds or Thresholds()
    asked = [(question_stands_alone(row),) for row in testset.rows]
    return QualityReport(
        testset_hash=testset.testset_hash,
        draft_hash=testset.draft_hash,
        corpus_hash=testset.corpus_hash,
        embedder="none",
        thresholds_fingerprint=thresholds.fingerprint,
        measures={"rows": float(len(testset.rows)), "duplicates": float(len(_repeated(testset)))},
        type_counts=count_types(testset.rows),
        type_targets={},
        verdicts=(
            *(judge(testset, thresholds) for judge in gates_in(sys.modules[__name__])),
            answers_fit_their_questions(asked, thresholds, TestsetFacts(vouched_for(testset))),
        ),
    )


def _repeated(testset: Testset) -> list[str]:
    """The rows whose question occurs in another one, too."""
    counts = Counter(row.user_input.strip().casefold() for row in testset.rows)
    return [row.row_id for row in testset.rows if counts[row.user_input.strip().casefold()] > 1]


def _none_of(gate: GateSpec, offenders: list[str], rows: int, thresholds: Thresholds, what: str, remedy: str) -> Verdict:
    """A verdict that passes when there are no offenders."""
    return Verdict.of(
        gate,
        float(len(offenders)),
        "==",
        0.0,
        explanation=f"{counted(len(offenders), 'row')} {what}",
        remedy=remedy,
        fingerprint=thresholds.fingerprint,
        offenders=offenders,
        n=rows,
    )
