"""Counts of what critics said, from what a report keeps."""

from golden_assets.domain.quality.critic_tallies import CriticTally, tally
from golden_assets.domain.testsets.findings import Finding


def finding(verdict: str, score: float = 0.5, critic: str = "claims_are_supported") -> Finding:
    return Finding(row_id="row-1", critic=critic, score=score, verdict=verdict, reason="because")


def test_every_row_that_a_critic_looked_at_is_counted_once():
    scores = {"claims_are_supported": (1.0, 0.5, 0.0, None, None), "question_stands_alone": (1.0,) * 5}
    lines = tally(scores, [finding("warning"), finding("rejected", 0.0), finding("abstained")])
    assert lines == [
        CriticTally(critic="claims_are_supported", rows=4, passed=1, warnings=1, rejected=1, abstained=1),
        CriticTally(critic="question_stands_alone", rows=5, passed=5, warnings=0, rejected=0, abstained=0),
    ]


def test_a_critic_that_only_abstained_is_counted_and_one_that_looked_at_nothing_is_not():
    (line,) = tally({"one_passage_is_too_few": (None, None)}, [finding("abstained"), finding("abstained")])
    assert (line.critic, line.rows, line.abstained, line.passed) == ("claims_are_supported", 2, 2, 0)


def test_nothing_is_counted_where_no_critic_was():
    assert tally({}, []) == []
