"""From accepted drafts to rows with their provenance, and to the account of what is missing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from golden_assets.adapters.ragas.filtering.accepted_rows import Draft
from golden_assets.adapters.ragas.planning.personas import PersonaFields
from golden_assets.adapters.ragas.writing.failure_log import FailureLog
from golden_assets.domain.core.text import counted
from golden_assets.domain.generation.allocation import Slot
from golden_assets.domain.generation.regeneration import Plan
from golden_assets.domain.testsets.testset import Context, TestsetRow, TokenUsage

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.client.ragas_client import RagasClient


NO_REMEDY = "nothing needs to be done; more prose in the document would help"


class RowBuilder(NamedTuple):
    """What a row says of how it was made; ``run_id`` is the run that writes."""

    client: "RagasClient"
    personas: Sequence[PersonaFields]
    model: str
    run_id: str | None

    def row_of(self, slot: Slot, draft: Draft) -> TestsetRow:
        """The row that a draft becomes."""
        return TestsetRow(
            user_input=draft.question,
            reference=draft.answer,
            contexts=tuple(Context(**chunk.model_dump()) for chunk in draft.row_source.chunks),
            question_type=draft.question_type,
            synthesizer_name=self.client.synthesizer_name(draft.question_type),
            persona_name=self.personas[slot.persona]["name"],
            query_style=self.client.style,
            query_length=draft.length,
            model=self.model,
            prompt_hash=self.client.prompt_hash(draft.question_type),
            seed=slot.seed,
            call_ids=draft.call_ids,
            run_id=self.run_id,
        )

    def rows_of(self, plan: Plan, drafts: Mapping[int, Draft], failure_log: FailureLog) -> dict[int, TestsetRow]:
        """Slot number to row, in the order of the slots; every departure from what was planned is noted in the failure log."""
        written = [slot for slot in plan.slots if slot.number in drafts]
        for slot in written:
            _note_replacement(slot, drafts[slot.number], failure_log)
        missing = [slot for slot in plan.slots if slot.number not in drafts]
        for slot in (slot for slot in missing if slot.only_here):
            reason = f"no {slot.question_type} question could be written from it, so row {slot.number + 1} stays as it was"
            failure_log.note(slot.document_id, reason, NO_REMEDY)
        if any(not slot.only_here for slot in missing):
            reason = f"{len(written)} of {counted(len(plan.slots), 'row')} could be written; {failure_log.summary}"
            reached = len({*plan.kept, *plan.giving_way, *(slot.number for slot in written)})
            failure_log.note("testset", reason, f"ask for {reached} rows, or add documents")
        return {slot.number: self.row_of(slot, drafts[slot.number]) for slot in written}


def _note_replacement(slot: Slot, draft: Draft, failure_log: FailureLog) -> None:
    """Say so when a row is not of the document or of the type that it was to be of."""
    if draft.question_type != slot.question_type:
        reason = f"no {slot.question_type} question could be written, so it is a {draft.question_type} one"
        failure_log.note(f"row {slot.number + 1}", reason, "ask for a smaller share of this type, or add documents that share subjects")
    home = draft.row_source.chunks[0].document_id
    if home != slot.document_id:
        failure_log.note(
            slot.document_id, f"no {slot.question_type} question could be written from it; row {slot.number + 1} is from {home}", NO_REMEDY
        )


def used_since(before: tuple[TokenUsage, ...], after: tuple[TokenUsage, ...]) -> TokenUsage:
    """What several models used between two readings of their meters, together."""
    counts = ("calls", "calls_replayed", "prompt_tokens", "completion_tokens", "embedding_tokens", "cost_usd")
    used = {name: sum(getattr(a, name) - getattr(b, name) for b, a in zip(before, after, strict=True)) for name in counts}
    return TokenUsage(**used, estimated=any(usage.estimated for usage in after))
