"""All rules for clauses, in order of preference: what has a short, checkable answer comes first."""

from collections.abc import Callable
from typing import Final

from golden_assets.adapters.extractive.grammar import circumstances, participants
from golden_assets.adapters.extractive.grammar.clauses import Clause

Rule = Callable[[Clause], str | None]

RULES: Final[tuple[Rule, ...]] = (
    circumstances.why,
    circumstances.cost,
    circumstances.how_many,
    circumstances.by_time,
    circumstances.when,
    participants.what_allowed,
    participants.used_for,
    participants.what_expected,
    circumstances.where,
    circumstances.how,
    circumstances.in_what_way,
    participants.agent,
    participants.who,
    participants.stranded,
    participants.definition,
    participants.what,
)
