"""All critics over one row or all rows."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.critics.corpus_contradictions import nothing_contradicts
from golden_assets.domain.critics.groundedness import Similarity, answer_is_supported, question_is_answerable
from golden_assets.domain.critics.hops import every_hop_is_needed
from golden_assets.domain.critics.llm_judgements import FINDING_NAMES, NOBODY_ASKED, Testimony
from golden_assets.domain.critics.other_answers import nothing_else_answers
from golden_assets.domain.critics.sentence_index import SentenceIndex
from golden_assets.domain.critics.standalone import question_stands_alone
from golden_assets.domain.critics.verbatim import quotes_are_real
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.row_checks import hops_are_distinct, is_multi_hop
from golden_assets.domain.testsets.testset import TestsetRow

RULES_VERSION = "critics 5"
"""To be raised whenever a critic would judge the same row differently."""

OVERRULED_BY = {
    answer_is_supported.__name__: (FINDING_NAMES["claims"],),
    question_is_answerable.__name__: (FINDING_NAMES["answerable"],),
    every_hop_is_needed.__name__: (FINDING_NAMES["hop"],),
}
"""Rules to the critics that ask a model about the same, and are heard where the two differ."""


def criticise(row: TestsetRow, similarity: Similarity | None = None) -> tuple[Finding, ...]:
    """Every critic that needs nothing but the row with its passages."""
    found = (answer_is_supported(row, similarity), question_is_answerable(row, similarity), question_stands_alone(row))
    return (*found, every_hop_is_needed(row)) if is_multi_hop(row) else found


def criticise_all(
    rows: Sequence[TestsetRow],
    corpus: Corpus,
    similarity: Similarity | None = None,
    testimony: Testimony = NOBODY_ASKED,
    vouched: Set[str] = frozenset(),
) -> tuple[tuple[Finding, ...], ...]:
    """Every critic on every row, in row order. What is found in a human-written row, or in one whose id is ``vouched`` for, is never more
    than a warning: a person decided.

    What passed comes without evidence.
    """
    index = SentenceIndex(corpus)
    said = testimony.findings or [()] * len(rows)
    found = ((quotes_are_real(row, corpus), *_reading(row, similarity), *_elsewhere(row, index)) for row in rows)
    heard = (settled(row, (*by_rules, *by_model)) for row, by_rules, by_model in zip(rows, found, said, strict=True))
    return tuple(
        tuple(map(_lean, _warnings(of_row) if row.is_human or row.row_id in vouched else of_row))
        for row, of_row in zip(rows, heard, strict=True)
    )


def settled(row: TestsetRow, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What all critics found in a row, where a model has decided against a rule: its word wins, and the rule's rejection is a warning."""
    accepted = {one.critic for one in findings if one.verdict in ("passed", "warning")}
    wrong = {rule for rule, models in OVERRULED_BY.items() if accepted & set(models)}
    if is_multi_hop(row) and not hops_are_distinct(row):
        wrong.discard(every_hop_is_needed.__name__)
    return tuple(
        replace(one, verdict="warning", reason=f"{one.reason}; a model finds otherwise")
        if one.verdict == "rejected" and one.critic in wrong
        else one
        for one in findings
    )


def open_findings(findings: Iterable[Iterable[Finding]]) -> tuple[Finding, ...]:
    """Those that did not pass, in order."""
    return tuple(finding for of_row in findings for finding in of_row if finding.verdict != "passed")


def scores_by_critic(findings: Sequence[Iterable[Finding]]) -> dict[str, tuple[float | None, ...]]:
    """Critic to its score of every row, in row order; None where it did not look or abstained."""
    by_row = [{f.critic: None if f.verdict == "abstained" else f.score for f in of_row} for of_row in findings]
    critics = dict.fromkeys(name for scores in by_row for name in scores)
    return {name: tuple(scores.get(name) for scores in by_row) for name in critics}


def _reading(row: TestsetRow, similarity: Similarity | None) -> tuple[Finding, ...]:
    """Nothing to compare where nothing is cited or answered; `rows_are_complete` judges that."""
    return criticise(row, similarity) if row.contexts and row.reference.strip() else (question_stands_alone(row),)


def _elsewhere(row: TestsetRow, index: SentenceIndex) -> tuple[Finding, ...]:
    """What other places of the corpus say."""
    return nothing_contradicts(row, index), nothing_else_answers(row, index)


def _warnings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(replace(f, verdict="warning") if f.verdict == "rejected" else f for f in findings)


def _lean(finding: Finding) -> Finding:
    """Without the evidence for a pass: it is never looked up, and it would be half the memory of a report on 100,000 rows."""
    return replace(finding, evidence=None) if finding.verdict == "passed" and finding.evidence else finding
