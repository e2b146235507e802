"""From accepted drafts to rows with their provenance, and to the account of what is missing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from golden_assets.adapters.ragas.book import Draft
from golden_assets.adapters.ragas.journal import Journal
from golden_assets.adapters.ragas.personas import PersonaFields
from golden_assets.domain.allocation import Slot
from golden_assets.domain.testsets import Context, TestsetRow, TokenUsage

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.toolkit import Toolkit


def asked_rows(
    slots: Sequence[Slot],
    drafts: Mapping[int, Draft],
    toolkit: "Toolkit",
    personas: Sequence[PersonaFields],
    model: str,
    journal: Journal,
    kept: int,
    run_id: str | None = None,
) -> dict[int, TestsetRow]:
    """Slot number to row, in the order of the slots; every departure from what was asked is noted in the journal.

    ``kept`` is how many rows stand beside them; ``run_id`` is the run that writes.
    """
    rows = {}
    for slot in slots:
        draft = drafts.get(slot.number)
        if draft is None:
            continue
        _note_replacement(slot, draft, journal)
        rows[slot.number] = row_of(slot, draft, toolkit, personas, model, run_id)
    if len(rows) < len(slots):
        journal.note(
            "testset",
            f"{len(rows)} of {len(slots)} rows could be written; {journal.summary}",
            f"ask for {kept + len(rows)} rows, or add documents",
        )
    return rows


def row_of(
    slot: Slot, draft: Draft, toolkit: "Toolkit", personas: Sequence[PersonaFields], model: str, run_id: str | None = None
) -> TestsetRow:
    """The row that a draft becomes."""
    return TestsetRow(
        user_input=draft.question,
        reference=draft.answer,
        contexts=tuple(Context(**chunk.model_dump()) for chunk in draft.prospect.chunks),
        question_type=draft.question_type,
        synthesizer_name=toolkit.synthesizer_name(draft.question_type),
        persona_name=personas[slot.persona]["name"],
        query_style=toolkit.style,
        query_length=draft.length,
        model=model,
        prompt_hash=toolkit.prompt_hash(draft.question_type),
        seed=slot.seed,
        call_ids=draft.call_ids,
        run_id=run_id,
    )


def _note_replacement(slot: Slot, draft: Draft, journal: Journal) -> None:
    """Say so when a row is not of the document or of the type that it was to be of."""
    remedy = "nothing needs to be done; more prose in the document would help"
    if draft.question_type != slot.question_type:
        reason = f"no {slot.question_type} question could be written, so it is a {draft.question_type} one"
        journal.note(f"row {slot.number + 1}", reason, "ask for a smaller share of this type, or add documents that share subjects")
    home = draft.prospect.chunks[0].document_id
    if home != slot.document_id:
        journal.note(
            slot.document_id, f"no {slot.question_type} question could be written from it; row {slot.number + 1} is from {home}", remedy
        )


def used_since(before: tuple[TokenUsage, ...], after: tuple[TokenUsage, ...]) -> TokenUsage:
    """What several models used between two readings of their meters, together."""
    counts = ("calls", "calls_replayed", "prompt_tokens", "completion_tokens", "embedding_tokens", "cost_usd")
    used = {name: sum(getattr(a, name) - getattr(b, name) for b, a in zip(before, after, strict=True)) for name in counts}
    return TokenUsage(**used, estimated=any(usage.estimated for usage in after))
