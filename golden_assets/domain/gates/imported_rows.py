"""The gates that rows from outside pass before they can be promoted, when nobody judged them by the full set.

They ask for what every use of a testset needs, and for nothing that needs documents or a model: that each row asks and answers something,
and that no question occurs twice. Whether the references answer the questions is judged where people wrote or approved the rows. The
verdicts are recorded like all others, so it stays visible what a version was admitted on.
"""

from collections import Counter

from golden_assets.domain.core.text import counted
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import GateSpec, Verdict
from golden_assets.domain.critics.standalone import question_stands_alone
from golden_assets.domain.gates.grounding import Beside, answers_fit_their_questions
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.human_override import vouched_for
from golden_assets.domain.testsets.testset import Testset, count_types

_ROWS_ASK_AND_ANSWER = GateSpec(
    name="rows_ask_and_answer",
    stage="pre-activation",
    subject="testset",
    description="Every row has a question and a reference answer.",
)
_QUESTIONS_OCCUR_ONCE = GateSpec(
    name="questions_occur_once",
    stage="pre-activation",
    subject="testset",
    description="No question occurs twice.",
)
_ANSWERS_CITE_PASSAGES = GateSpec(
    name="answers_cite_passages",
    stage="pre-activation",
    subject="testset",
    description="Every row cites a passage; without one nothing can tell whether its answer is grounded.",
)


def judge_admission(testset: Testset, thresholds: Thresholds | None = None) -> QualityReport:
    """Judge a testset by the admission gates; without documents or embeddings nothing else is measured."""
    thresholds = thresholds or Thresholds()
    blank = [row.row_id for row in testset.rows if not row.user_input.strip() or not row.reference.strip()]
    counts = Counter(row.user_input.strip().casefold() for row in testset.rows)
    repeated = [row.row_id for row in testset.rows if counts[row.user_input.strip().casefold()] > 1]
    types = count_types(testset.rows)
    return QualityReport(
        testset_hash=testset.testset_hash,
        draft_hash=testset.draft_hash,
        corpus_hash=testset.corpus_hash,
        embedder="none",
        thresholds_fingerprint=thresholds.fingerprint,
        measures={"rows": float(len(testset.rows)), "duplicates": float(len(repeated))},
        type_counts=types,
        type_targets={},
        verdicts=(
            _none_of(
                _ROWS_ASK_AND_ANSWER,
                blank,
                len(testset.rows),
                thresholds,
                "without a question or a reference",
                "fill them in or leave the rows out",
            ),
            _none_of(
                _QUESTIONS_OCCUR_ONCE, repeated, len(testset.rows), thresholds, "whose question occurs twice", "leave the repeated rows out"
            ),
            _cite_passages(testset, thresholds),
            answers_fit_their_questions([(question_stands_alone(row),) for row in testset.rows], thresholds, Beside(vouched_for(testset))),
        ),
    )


def _cite_passages(testset: Testset, thresholds: Thresholds) -> Verdict:
    """Passes when every row cites a passage; not judged when some do not, which holds no import up."""
    bare = [row.row_id for row in testset.rows if not row.contexts]
    rows = counted(len(testset.rows), "row")
    return Verdict.of(
        _ANSWERS_CITE_PASSAGES,
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
