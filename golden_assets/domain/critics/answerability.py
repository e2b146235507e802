"""Are the cited passages about what the question asks?"""

from golden_assets.domain.core.text_features import read
from golden_assets.domain.critics.groundedness import FOREIGN, UNLIKE, Similarity, has_table, likeness, place_of, telling_of
from golden_assets.domain.testsets.findings import CriticVerdict, Finding
from golden_assets.domain.testsets.testset import TestsetRow

ABOUT = 0.35
"""Share of a question's telling words, or similarity to a sentence, from which passages count as being about the question."""


def question_is_answerable(row: TestsetRow, similarity: Similarity | None = None) -> Finding:
    """The passages are about what the question asks. Whether they answer it, and with the reference, takes a model or a person."""
    wanted = read(row.user_input).telling
    passages = [context.text for context in row.contexts]
    there = wanted & frozenset().union(*map(telling_of, passages))
    share = score = len(there) / len(wanted) if wanted else 1.0
    if similarity and share < ABOUT:
        score = max(share, likeness(row.user_input, passages, similarity))
    is_foreign = similarity is not None and score < UNLIKE and share < FOREIGN and not any(map(has_table, passages))
    verdict: CriticVerdict = "passed" if score >= ABOUT else "rejected" if is_foreign else "abstained"
    best = place_of(row.user_input, row.contexts)
    return Finding(
        row_id=row.row_id,
        critic="question_is_answerable",
        score=round(score, 4),
        verdict=verdict,
        reason="the passages are about what the question asks"
        if verdict == "passed"
        else f"the passages say nothing of: {', '.join(sorted(wanted - there)[:8])}",
        evidence=best and best.evidence,
    )
