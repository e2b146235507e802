"""What a run is expected to cost: nothing, or what the ledger has seen, or else a documented guess."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from itertools import zip_longest
from typing import Protocol

from pydantic import BaseModel

from golden_assets.adapters.critics.prompts import questions
from golden_assets.adapters.models.pricing import Pricing, Tokens
from golden_assets.domain.core.text import counted
from golden_assets.domain.costs.budgets import BudgetShare, Pause
from golden_assets.domain.costs.calls import Budget, CallRequest, Estimate, PurposeHistory
from golden_assets.domain.costs.estimates import estimate_from_history
from golden_assets.domain.critics.llm_judgements import PREFIX, ModelCritic
from golden_assets.domain.testsets.testset import TestsetRow

Identify = Callable[[str, type[BaseModel]], CallRequest]

ASSUMED_CALLS = (2.0, 3.0, 5.0)
"""Model calls per row, at the least, usually, at the most: one writes it, the others name the terms of its passages."""
ASSUMED_TOKENS = Tokens(prompt=1500, completion=150)
"""Tokens of one call: RAGAS's instructions and examples take about 1,000 of the prompt, a passage of ours up to 500."""
CRITIC_CALLS: Mapping[ModelCritic, tuple[float, Tokens]] = {
    "claims": (1.0, Tokens(prompt=1000, completion=120)),
    "answerable": (1.0, Tokens(prompt=950, completion=60)),
    "hop": (1.0, Tokens(prompt=700, completion=60)),
    "closed_book": (1.0, Tokens(prompt=150, completion=30)),
}
"""Calls of each model critic per row, and tokens of one: instructions of up to 200 tokens, and one and a half passages of up to 500 tokens
a row, for half of the rows are multi-hop, with two. Those are asked about once for each passage alone, which is one such call a row.
"""


class Books(Protocol):
    """A ledger that can be read."""

    async def budget_shares(self) -> list[BudgetShare]:
        """Each limit in force, and what is spent of it."""
        ...

    async def pause(self) -> Pause | None:
        """The pause that is in force, if one is."""
        ...

    async def history(self, models: Sequence[str]) -> list[PurposeHistory]:
        """What calls of these models took so far, by run and purpose."""
        ...

    async def answered(self, keys: Sequence[str]) -> Set[str]:
        """Those of these call keys that would be answered from the ledger."""
        ...


class FreeBudgetPlanner:
    """A `BudgetPlanner` for the embedded models: nothing is paid, so nothing can be exceeded."""

    async def plan(self, rows: int, kept: Sequence[TestsetRow] = ()) -> Budget:  # noqa: ARG002  # no critic asks a model about these
        """Zero, whatever is asked for."""
        return Budget(estimate=Estimate(basis=f"{counted(rows, 'row')} by the embedded model, which costs nothing"))

    async def beside(self, estimate: Estimate) -> Budget:
        """The estimate alone."""
        return Budget(estimate=estimate)

    async def limits(self) -> list[BudgetShare]:
        """None: what costs nothing is not limited."""
        return []


class LedgerBudgetPlanner:
    """A `BudgetPlanner` over a ledger.

    Args:
        books: the ledger, with its limits.
        models: the models in use, whose calls so far are the best guide.
        pricing: of the chat model, for as long as there are none.
        critics: those that ask the chat model about rows; calls of others on record are left out.
        identify: the call that a prompt with the schema of its answer is; without it, nothing counts as asked before.
    """

    def __init__(
        self, books: Books, models: Sequence[str], pricing: Pricing, critics: Sequence[ModelCritic] = (), identify: Identify | None = None
    ) -> None:
        self._books = books
        self._models = tuple(models)
        self._pricing = pricing
        self._critics = tuple(critics)
        self._identify = identify

    async def plan(self, rows: int, kept: Sequence[TestsetRow] = ()) -> Budget:
        """What is expected to be paid, what is left, and whether spending is paused. See `BudgetPlanner.plan`. Raises `ServerError`."""
        unasked = await self._unasked(kept)
        on = {f"{PREFIX}{critic}" for critic in self._critics}
        history = [one for one in await self._books.history(self._models) if not one.purpose.startswith(PREFIX) or one.purpose in on]
        estimate = estimate_from_history(rows, history, {f"{PREFIX}{critic}": calls for critic, calls in unasked.items()})
        known = {one.purpose for one in history} if estimate else set()
        unknown = {critic: unasked[critic] for critic in self._critics if f"{PREFIX}{critic}" not in known}
        planned = self._with_critics(estimate or self._assumed(rows), unknown, rows)
        if unasked:
            basis = (
                f"{planned.basis}; {unasked.total()} calls ask about rows that stay, and each row that is rejected is written again besides"
            )
            planned = planned.model_copy(update={"basis": basis})
        return await self.beside(planned)

    async def beside(self, estimate: Estimate) -> Budget:
        """An estimate beside what is left of the limits now, and a pause. Raises `ServerError`."""
        return Budget(estimate=estimate, limits=tuple(await self.limits()), pause=await self._books.pause())

    async def limits(self) -> list[BudgetShare]:
        """Each limit in force, and what is spent of it. Raises `ServerError`."""
        return await self._books.budget_shares()

    async def _unasked(self, rows: Sequence[TestsetRow]) -> Counter[ModelCritic]:
        """How many questions about these rows each critic has that the ledger cannot answer; a rejection may spare some of them."""
        asked = [question for row in rows for question in questions(self._critics, row)]
        keys = [self._identify(one.prompt, one.schema).key for one in asked] if self._identify else []
        known = await self._books.answered(keys) if keys else frozenset()
        return Counter(one.critic for one, key in zip_longest(asked, keys) if key not in known)

    def _with_critics(self, estimate: Estimate, critics: Mapping[ModelCritic, int], rows: int) -> Estimate:
        """An estimate with the calls of critics of which none is on record: those that new rows take, and so many about others."""
        if not critics:
            return estimate
        asked = [(rows * CRITIC_CALLS[critic][0] + besides, CRITIC_CALLS[critic][1]) for critic, besides in critics.items()]
        added = {
            "calls": math.fsum(calls for calls, _ in asked),
            "tokens": math.fsum(calls * (each.prompt + each.completion) for calls, each in asked),
        }
        cost = math.fsum(calls * self._pricing(each) for calls, each in asked)
        names = [f"{name}{end}" for name in added for end in ("", "_low", "_high")]
        more = {name: getattr(estimate, name) + added[name.partition("_")[0]] for name in names}
        more |= {f"cost{end}_usd": getattr(estimate, f"cost{end}_usd") + cost for end in ("", "_low", "_high")}
        basis = f"{estimate.basis}; assumptions for the critics {', '.join(critics)}, which asked nothing yet"
        return Estimate(**more, basis=basis)

    def _assumed(self, rows: int) -> Estimate:
        low, usual, high = (rows * calls for calls in ASSUMED_CALLS)
        each, tokens = self._pricing(ASSUMED_TOKENS), ASSUMED_TOKENS.prompt + ASSUMED_TOKENS.completion
        return Estimate(
            calls=usual,
            calls_low=low,
            calls_high=high,
            tokens=usual * tokens,
            tokens_low=low * tokens,
            tokens_high=high * tokens,
            cost_usd=usual * each,
            cost_low_usd=low * each,
            cost_high_usd=high * each,
            basis="assumptions, for this model has made no call yet",
        )
