"""Do two answers to one question say the same? Compared by what they add to the question, for they may be of very different length."""

from golden_assets.domain.core.text_features import Reading, read
from golden_assets.domain.critics.groundedness import Similarity, claims_of

AGREES = 0.6
"""Agreement from which two answers count as the same."""
DIFFERS = 0.3
"""Agreement below which they count as different; between the two it is left open."""
OPEN = (AGREES + DIFFERS) / 2


def agreement(question: str, answer: str, reference: str, similarity: Similarity | None = None) -> float:
    """How far an answer says what the reference says, 0 to 1.

    The overlap coefficient (Szymkiewicz and Simpson) of the telling words and numbers that each adds to the question, or the similarity
    of the two texts, whichever is more; 0 where numbers, negations or names contradict each other, `OPEN` where one of them adds nothing
    to the question, as *yes* does or a choice of what was asked.
    """
    asked, said, expected = read(question), read(answer), read(reference)
    if not _telling(said) or _contradict(asked, said, expected):
        return 0.0
    added, wanted = _telling(said) - _telling(asked), _telling(expected) - _telling(asked)
    if not added and not wanted:
        added, wanted = _telling(said), _telling(expected)
    elif not added or not wanted:
        return OPEN
    overlap = len(added & wanted) / min(len(added), len(wanted)) if wanted else 0.0
    if similarity and overlap < AGREES:
        overlap = max(overlap, min(1.0, similarity(answer, reference)))
    return round(max(0.0, overlap), 4)


def says_all(question: str, answer: str, reference: str) -> bool:
    """Whether an answer says something of every claim of the reference: half an answer agrees with the whole, too."""
    return all(agreement(question, answer, claim) >= DIFFERS for claim in claims_of(reference))


def _contradict(asked: Reading, said: Reading, expected: Reading) -> bool:
    """Whether both name numbers or names that the other lacks, or one negates what the other does not."""
    numbers = bool(expected.numbers - asked.numbers) and bool(said.numbers - asked.numbers) and not said.numbers & expected.numbers
    flipped = (said.negated - expected.negated) & expected.words | (expected.negated - said.negated) & said.words
    names = bool(said.names - expected.words) and bool(expected.names - said.words - asked.words) and not said.names & expected.names
    return numbers or bool(flipped) or names


def _telling(reading: Reading) -> frozenset[str]:
    return reading.words | reading.numbers
