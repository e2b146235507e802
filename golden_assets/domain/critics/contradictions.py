"""Where a claim says otherwise than the sentence that comes nearest to it: another number, another name, or the opposite.

Only a claim that is said there but for these contradicts it. Other words alone are no contradiction, whatever they are; nor is a value that
is there in another form, or a name that the question or the title gives.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, groupby
from typing import NamedTuple

from golden_assets.domain.core.text_features import Reading, is_unspaced, negates, numbers, opening, read, sentence_spans, stem, tokens_of
from golden_assets.domain.critics.quantities import has_value

OTHERWISE_SAID = 0.75
"""Share of a claim's telling words, those in doubt left out, from which a sentence counts as saying the same but for these."""
COPIED_BUT_FOR_OPENING = 0.9
"""The same share where what is in doubt is the first word, which has a capital without being a name."""
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
_SUPPOSED = re.compile(
    r"\b(?:whether|aim(?:s|ed)?|objectives?|purpose|goal|unclear|unknown|unsure|controversial|hypothes\w+|suggest\w*|propos\w+|assum\w+"
    r"|suppos\w+|believed|thought|considered|investigat\w+|examin\w+|explor\w+|evaluat\w+|assess\w*|determine|stud(?:y|ied))\b",
    re.IGNORECASE,
)
"""What is asked or supposed, and not stated."""
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_JOINING = frozenset(("and", "or", "und", "oder"))


class Said(NamedTuple):
    """A claim, the sentence that comes nearest to it, and what is known beside both: the question and the titles. A value that
    ``passages`` have elsewhere contradicts nothing, unless the claim is a copy of the sentence but for it.
    """

    claim: str
    sentence: str
    known: str = ""
    passages: tuple[str, ...] = ()


@lru_cache(maxsize=4_096)
def contradictions(said: Said) -> tuple[str, ...]:
    """What the claim says otherwise than the sentence, as a clause each."""
    if len(said.claim) > LONGEST_TEXT or len(said.sentence) > LONGEST_TEXT:
        return ()
    longest = LONGEST_SENTENCE * (PAIRS_OF_A_WORD if is_unspaced(said.sentence) else 1)
    if said.claim in said.sentence or said.claim.rstrip().endswith(":") or len(read(said.sentence).telling) > longest:
        return ()
    claim, there, known = read(said.claim), read(said.sentence), read(said.known)
    found = (*_other_numbers(said, claim, there, known), *_opposites(said, claim), *_other_names(said, claim, there, known))
    return found or tuple(_changes(said)) or tuple(_changed_places(said))


def _is_otherwise_said(claim: Reading, there: Reading, doubted: frozenset[str], share: float = OTHERWISE_SAID) -> bool:
    certain = claim.telling - doubted
    return len(certain) >= len(doubted) and len(certain & there.telling) >= max(LEAST_CERTAIN, share * len(certain))


def _is_there(name: str, there: Reading) -> bool:
    """Whether a name is in the sentence in part: a number of it, or one side of its hyphen."""
    return bool(numbers(name) & there.numbers) or any(part in there.words for part in name.split("-"))


def _other_numbers(said: Said, claim: Reading, there: Reading, known: Reading) -> Iterator[str]:
    unsaid = claim.numbers - there.numbers - known.numbers
    strange = frozenset(n for n in unsaid if not any(has_value(n, said.claim, text) for text in (said.sentence, *said.passages)))
    years = all(map(_YEAR.fullmatch, strange))
    others = {number for number in there.numbers - claim.numbers if bool(_YEAR.fullmatch(number)) == years}
    if strange and others and len(there.numbers) <= MOST_NUMBERS and _is_otherwise_said(claim, there, strange):
        yield f"the number {', '.join(sorted(strange))} is not there"


def _opposites(said: Said, claim: Reading) -> Iterator[str]:
    """Against one sentence that states something: what was to be found out, or was supposed, may have come out otherwise."""
    sentences = [said.sentence[start:end] for start, end in sentence_spans(said.sentence)] or [said.sentence]
    sentence = max(sentences, key=lambda one: len(claim.telling & read(one).telling))
    if _is_supposed(sentence, said.claim):
        return
    there = read(sentence)
    flipped = (claim.negated - there.negated) & there.words | (there.negated - claim.negated) & claim.words
    if flipped and _is_otherwise_said(claim, there, frozenset()):
        yield f"the passage says the opposite about {', '.join(sorted(flipped))}"


def _is_supposed(sentence: str, claim: str) -> bool:
    """Whether a sentence asks or supposes what the claim states."""
    return bool(_SUPPOSED.search(sentence)) and not _SUPPOSED.search(claim)


def _other_names(said: Said, claim: Reading, there: Reading, known: Reading) -> Iterator[str]:
    """A capital at the beginning is that of a name where the sentence names something that the claim does not."""
    others = there.names - claim.words
    first = frozenset() if said.claim.partition(" ")[0].endswith(",") else opening(said.claim)
    absent = frozenset(name for name in (claim.names | first) - there.words - known.words if not _is_there(name, there))
    if absent & claim.names and not others:
        return
    share = OTHERWISE_SAID if absent & claim.names else COPIED_BUT_FOR_OPENING
    if absent and others and _is_otherwise_said(claim, there, absent, share):
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
        if sum(map(negates, before)) % 2 != sum(map(negates, after)) % 2 and not _is_supposed(said.sentence, said.claim):
            yield f"the passage says the opposite: {' '.join(before) or '-'} is {' '.join(after) or '-'} here"
        elif not swapped and _is_other_value(before, after, names, said):
            yield f"the passage has {' '.join(before)} for {' '.join(after)}"


def _changed_places(said: Said) -> Iterator[str]:
    """Two names that change places in a copy of the sentence, whether or not the question names them; not the two sides of an *and*."""
    names = read(said.sentence).names | read(said.claim).names
    there, mine = (_around_names(tokens_of(text), names) for text in said[:2])
    before, after = [one.word for one in there], [one.word for one in mine]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    same = [(i + step, j + step) for i, j, size in blocks for step in range(size)]
    plain = sum(bool(word) for word, _ in mine)
    if sum(bool(there[i].word) for i, _ in same) < max(LEAST_COPIED, COPIED * plain):
        return
    other = [(there[i].name, mine[j].name, j) for i, j in same if set(there[i].name).isdisjoint(mine[j].name) and mine[j].name]
    for (was, now, j), (was_then, now_then, k) in combinations(other, 2):
        between = {word for word, _ in mine[j + 1 : k]}
        if set(was) & set(now_then) and set(was_then) & set(now) and not between <= _JOINING:
            yield f"the passage has {' '.join(was)} and {' '.join(now)} the other way round"


class _Token(NamedTuple):
    """A word, or a name of one or more words: then ``word`` is empty."""

    word: str
    name: tuple[str, ...] = ()


def _around_names(tokens: Sequence[str], names: frozenset[str]) -> list[_Token]:
    """The words of a text, each run of names as one token."""
    line: list[_Token] = []
    for is_name, run in groupby(tokens, key=lambda token: stem(token) in names):
        words = tuple(run)
        line += [_Token("", words)] if is_name else map(_Token, words)
    return line


def _is_other_value(before: Sequence[str], after: Sequence[str], names: frozenset[str], said: Said) -> bool:
    """Whether a number stands for a number, or a name for a name."""
    old, new = (" ".join(words).replace("-", " ") for words in (before, after))
    if old == new:
        return False
    if numbers(old) and (strange := numbers(new) - numbers(old)):
        return not all(has_value(number, new, old) for number in strange)
    mine, theirs = ({stem(word) for word in words} & names for words in (after, before))
    return bool(mine - theirs) and bool(theirs - mine) and bool(mine - read(said.known).words)


def _are_listed(there: Sequence[str], opcodes: Sequence[tuple[str, int, int, int, int]]) -> bool:
    """Whether two changes are the two sides of an *and*: a list in another order."""
    changed = [(i, k) for tag, i, k, _, _ in opcodes if tag == "replace"]
    return len(changed) == 2 and set(there[changed[0][1] : changed[1][0]]) <= _JOINING
