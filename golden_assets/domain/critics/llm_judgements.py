"""What a language model says of a row, and how much of it counts.

A model is a witness, not a judge. A claim about a passage counts only with a quote that is in it, blanks aside, and that
has a telling word or number of what it is to prove: a passage that talks the model into "all is supported" proves nothing that way.
What a passage does not say cannot be quoted, so a *no* counts without. Whatever contradicts itself, is left out, or quotes what is not
there is *abstained*: neither for the row nor against it.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel

from golden_assets.domain.core.text import quoted
from golden_assets.domain.core.text_features import read
from golden_assets.domain.critics.answer_agreement import AGREES, DIFFERS
from golden_assets.domain.critics.groundedness import claims_of, evidence_in
from golden_assets.domain.testsets.findings import CriticVerdict, Evidence, Finding
from golden_assets.domain.testsets.testset import Context, TestsetRow

ModelCritic = Literal["claims", "answerable", "hop", "closed_book"]
MODEL_CRITICS: tuple[ModelCritic, ...] = ("claims", "answerable", "hop", "closed_book")
"""In the order in which a row is put before them."""
PREFIX = "critic:"
"""Begins the purpose of their calls."""
FINDING_NAMES: dict[ModelCritic, str] = {
    "claims": "claims_are_supported",
    "answerable": "model_finds_the_answer",
    "hop": "one_passage_is_too_few",
    "closed_book": "passages_are_needed",
}
UNDECIDED = 0.5
"""The score of an abstention."""
Text = Annotated[str | None, AfterValidator(lambda text: text.strip() or None if text else None)]
"""A text, or None for none or an empty one."""


class ClaimJudgement(BaseModel):
    """Whether the passages say the claim of this number, from 1 on, and the words with which they do."""

    number: int
    quote: Text
    supported: bool


class ClaimJudgements(BaseModel):
    """What the model says of each claim."""

    judgements: list[ClaimJudgement]


class QuotedAnswer(BaseModel):
    """An answer out of passages, with the words that give it; neither where they do not say it all."""

    quote: Text
    answer: Text


class OwnAnswer(BaseModel):
    """An answer out of the model's memory; None where it does not know."""

    answer: Text


class Testimony(NamedTuple):
    """What a model said of all rows of a testset, in row order: ``judge`` is its name with all that could change its word."""

    judge: str = ""
    findings: Sequence[tuple[Finding, ...]] = ()


NOBODY_ASKED = Testimony()


def find_quote(quote: str | None, proving: str, contexts: Sequence[Context]) -> Evidence | None:
    """The place of a quote in the passages, if it is there and has to do with what it is to prove; blanks and line breaks may differ."""
    said, wanted = read(quote or ""), read(proving)
    if not quote or not (said.words & wanted.words or said.numbers & wanted.numbers):
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, quote.split())))
    for context in contexts:
        found = pattern.search(context.text)
        if found:
            return evidence_in(context, found.start(), found.end())
    return None


def weigh_claims(row: TestsetRow, said: ClaimJudgements) -> Finding:
    """Every claim of the answer is said by the passages. ``score`` is the share of claims that are."""
    claims = claims_of(row.reference)
    by_number = {number: [one for one in said.judgements if one.number == number] for number in range(1, len(claims) + 1)}
    proofs: list[Evidence] = []
    unsupported, uncounted = [], [f"judges a claim {one.number} of {len(claims)}" for one in said.judgements if one.number not in by_number]
    for claim, judgements in zip(claims, by_number.values(), strict=True):
        verdicts = {one.supported for one in judgements}
        evidence = next((found for one in judgements if (found := find_quote(one.quote, claim, row.contexts))), None)
        if len(verdicts) != 1:
            uncounted.append(f"{'contradicts itself about' if verdicts else 'says nothing of'} {quoted(claim)}")
        elif verdicts == {False}:
            unsupported.append(claim)
        elif evidence is None:
            uncounted.append(f"proves {quoted(claim)} by no words of the passages")
        else:
            proofs.append(evidence)
    evidence = proofs[0] if proofs else None
    if unsupported:
        return _finding("claims", row, len(proofs) / len(claims), "rejected", f"the passages do not say {quoted(unsupported[0])}", evidence)
    if uncounted:
        return abstained("claims", row, f"the model {uncounted[0]}")
    return _finding("claims", row, 1.0, "passed", "the passages say every claim", evidence)


def weigh_answer(row: TestsetRow, said: QuotedAnswer, agrees: float) -> Finding:
    """What the model answers from the passages is the reference; ``agrees`` is the `agreement` of the two."""
    if said.answer is None and said.quote is None:
        return _finding("answerable", row, 0.0, "rejected", "the model finds no answer in the passages")
    evidence = find_quote(said.quote, f"{row.user_input} {said.answer}", row.contexts) if said.answer else None
    if evidence is None:
        return abstained("answerable", row, _unproven(said))
    verdict: CriticVerdict = "passed" if agrees >= AGREES else "rejected" if agrees < DIFFERS else "warning"
    reason = (
        "the model answers the same from the passages"
        if verdict == "passed"
        else f"from the passages the model answers {quoted(said.answer)}"
    )
    return _finding("answerable", row, agrees, verdict, reason, evidence)


def weigh_hops(row: TestsetRow, said: Sequence[QuotedAnswer], agrees: Sequence[float]) -> Finding:
    """From none of its passages alone does the model answer what the reference says; one answer and one `agreement` a passage."""
    unproven = None
    for context, one, share in zip(row.contexts, said, agrees, strict=True):
        if one.answer is None and one.quote is None:
            continue
        evidence = find_quote(one.quote, f"{row.user_input} {one.answer}", [context]) if one.answer else None
        if evidence is None:
            unproven = unproven or _unproven(one)
        elif share >= AGREES:
            return _finding("hop", row, 0.0, "rejected", f"one of the passages is enough for the answer {quoted(one.answer)}", evidence)
    if unproven:
        return abstained("hop", row, unproven)
    return _finding("hop", row, 1.0, "passed", "no single passage gives the model the answer")


def weigh_memory(row: TestsetRow, said: OwnAnswer, agrees: float, *, rejects: bool) -> Finding:
    """The model does not know the answer without the passages. Where it does, retrieval is not what the row tests."""
    known = said.answer is not None and agrees >= AGREES
    verdict: CriticVerdict = ("rejected" if rejects else "warning") if known else "passed"
    reason = f"the model knows the answer without the passages: {quoted(said.answer)}" if known else "the model does not know it by itself"
    return _finding("closed_book", row, 1 - agrees if known else 1.0, verdict, reason)


def abstained(critic: ModelCritic, row: TestsetRow, reason: str) -> Finding:
    """Nothing that counts was said."""
    return _finding(critic, row, UNDECIDED, "abstained", reason)


def _unproven(said: QuotedAnswer) -> str:
    if said.answer is None or said.quote is None:
        return "the model gives an answer and a quote for it, one without the other"
    return f"the model proves {quoted(said.answer)} by no words of the passages"


def _finding(
    critic: ModelCritic, row: TestsetRow, score: float, verdict: CriticVerdict, reason: str, evidence: Evidence | None = None
) -> Finding:
    name = FINDING_NAMES[critic]
    return Finding(row_id=row.row_id, critic=name, score=round(score, 4), verdict=verdict, reason=reason, evidence=evidence)
