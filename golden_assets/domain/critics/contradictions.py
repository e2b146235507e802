"""Where a claim says otherwise than the sentence that comes nearest to it: another number, another name, or the opposite.

Only a claim that is said there but for these contradicts it. Other words alone are no contradiction, whatever they are; nor is a value that
is there in another form, or a name that the question or the title gives.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from golden_assets.domain.core.text_features import Reading, is_unspaced, negates, numbers, opening, read, stem, tokens_of
from golden_assets.domain.critics.quantities import has_value

OTHERWISE_SAID = 0.75
"""Share of a claim's telling words, those in doubt left out, from which a sentence counts as saying the same but for these."""
COPIED = 0.75
"""Share of a claim's words, in order, from which it counts as a copy of a sentence with changes."""
LEAST_COPIED = 4
"""Words in order below which nothing is a copy."""
LONGEST_CHANGE = 8
"""Words that a change may replace at most."""
LEAST_CERTAIN = 3
"""Telling words that are said there, below which a claim is too short to be the same but for a number or a name."""
MOST_NUMBERS = 4
"""Numbers in a sentence above which it is not clear which of them the claim is about: a table, or sums that a claim may add up."""
LONGEST_SENTENCE = 45
"""Telling words above which a sentence is a list or a table, and what of it a claim is about is not clear."""
LONGEST_TEXT = 2_000
"""Characters above which nothing is a sentence."""
PAIRS_OF_A_WORD = 4
"""Pairs of characters for a telling word, in scripts without blanks between words, and some to spare."""
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_JOINING = frozenset(("and", "or", "und", "oder"))


class Said(NamedTuple):
    """A claim, the sentence that comes nearest to it, and what is known beside both: the question and the titles."""

    claim: str
    sentence: str
    known: str = ""


@lru_cache(maxsize=4_096)
def contradictions(said: Said) -> tuple[str, ...]:
    """What the claim says otherwise than the sentence, as a clause each."""
    if len(said.claim) > LONGEST_TEXT or len(said.sentence) > LONGEST_TEXT:
        return ()
    longest = LONGEST_SENTENCE * (PAIRS_OF_A_WORD if is_unspaced(said.sentence) else 1)
    if said.claim in said.sentence or len(read(said.sentence).telling) > longest:
        return ()
    claim, there, known = read(said.claim), read(said.sentence), read(said.known)
    found = (*_other_numbers(said, claim, there, known), *_opposites(claim, there), *_other_names(said, claim, there, known))
    return found or tuple(_changes(said))


def _is_otherwise_said(claim: Reading, there: Reading, doubted: frozenset[str]) -> bool:
    certain = claim.telling - doubted
    return len(certain) >= len(doubted) and len(certain & there.telling) >= max(LEAST_CERTAIN, OTHERWISE_SAID * len(certain))


def _other_numbers(said: Said, claim: Reading, there: Reading, known: Reading) -> Iterator[str]:
    strange = frozenset(n for n in claim.numbers - there.numbers - known.numbers if not has_value(n, said.claim, said.sentence))
    years = all(map(_YEAR.fullmatch, strange))
    others = {number for number in there.numbers - claim.numbers if bool(_YEAR.fullmatch(number)) == years}
    if strange and others and len(there.numbers) <= MOST_NUMBERS and _is_otherwise_said(claim, there, strange):
        yield f"the number {', '.join(sorted(strange))} is not there"


def _opposites(claim: Reading, there: Reading) -> Iterator[str]:
    flipped = (claim.negated - there.negated) & there.words | (there.negated - claim.negated) & claim.words
    if flipped and _is_otherwise_said(claim, there, frozenset()):
        yield f"the passage says the opposite about {', '.join(sorted(flipped))}"


def _other_names(said: Said, claim: Reading, there: Reading, known: Reading) -> Iterator[str]:
    """A capital at the beginning is that of a name where the sentence names something that the claim does not."""
    others = there.names - claim.words
    first = frozenset() if said.claim.partition(" ")[0].endswith(",") else opening(said.claim)
    absent = frozenset(name for name in (claim.names | first) - there.words - known.words if not numbers(name) & there.numbers)
    if absent & claim.names and not others:
        return
    if absent and others and _is_otherwise_said(claim, there, absent):
        yield f"the passage names {', '.join(sorted(absent))} not there"


def _changes(said: Said) -> Iterator[str]:
    """What was replaced in a copy of the sentence: a number by a number, a name by a name, something by its opposite."""
    there, mine = tokens_of(said.sentence), tokens_of(said.claim)
    matcher = SequenceMatcher(None, there, mine, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    copied = sum(block.size for block in blocks)
    if copied < LEAST_COPIED or copied < COPIED * len(mine):
        return
    names = (read(said.sentence).names | read(said.claim).names) - read(said.known).words
    opcodes = matcher.get_opcodes()
    swapped = _are_listed(there, opcodes)
    for place, (_, i, k, j, m) in enumerate(opcodes):
        before, after = there[i:k], mine[j:m]
        within = 0 < place < len(opcodes) - 1 or bool(after)
        if before == after or not within or max(len(before), len(after)) > LONGEST_CHANGE:
            continue
        if sum(map(negates, before)) % 2 != sum(map(negates, after)) % 2:
            yield f"the passage says the opposite: {' '.join(before) or '-'} is {' '.join(after) or '-'} here"
        elif not swapped and _is_other_value(before, after, names, said):
            yield f"the passage has {' '.join(before)} for {' '.join(after)}"


def _is_other_value(before: Sequence[str], after: Sequence[str], names: frozenset[str], said: Said) -> bool:
    """Whether a number stands for a number, or a name for a name."""
    old, new = " ".join(before), " ".join(after)
    if numbers(old) and (strange := numbers(new) - numbers(old)):
        return not all(has_value(number, new, old) for number in strange)
    mine, theirs = ({stem(word) for word in words} & names for words in (after, before))
    return bool(mine - theirs) and bool(theirs - mine) and bool(mine - read(said.known).words)


def _are_listed(there: Sequence[str], opcodes: Sequence[tuple[str, int, int, int, int]]) -> bool:
    """Whether two changes are the two sides of an *and*: a list in another order."""
    changed = [(i, k) for tag, i, k, _, _ in opcodes if tag == "replace"]
    return len(changed) == 2 and set(there[changed[0][1] : changed[1][0]]) <= _JOINING
