"""What people say of versions and rows, and what a version still takes to become active."""

from golden_assets.domain.core.errors import VersionNotFoundError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.ports.stores import ArtifactStore, VersionRegistry
from golden_assets.domain.review.dataset_edits import edit_doubts, proposals_of
from golden_assets.domain.review.feedback import with_feedback
from golden_assets.domain.review.queue import QueueItem, merge_doubts, review_queue
from golden_assets.domain.review.row_doubts import doubts_of
from golden_assets.domain.similarity.waivers import Waiver, waiver_on
from golden_assets.domain.versions.promotion import OperatingRules, Outlook
from golden_assets.domain.versions.release import DocumentsRead, ReleaseFacts, row_reviews
from golden_assets.services.promote import active_summary, losses_of


async def queue_of(versions: VersionRegistry, number: str) -> list[QueueItem]:
    """Every row of a version in the order in which to look at it, with the decisions made so far.

    A row that was edited in Phoenix since is to be decided again, and comes with the decision that the edit suggests.
    """
    stored = await versions.get_version(number)
    edits = await versions.dataset_edits(number)
    doubts = merge_doubts(with_feedback(doubts_of(stored.report), await versions.feedback(number)), edit_doubts(edits))
    edited = {edit.row_id for edit in edits}
    decisions = [decision for decision in await versions.decisions(number) if decision.row_id not in edited]
    return review_queue(stored.testset, doubts, decisions, proposals_of(edits))


async def waive(versions: VersionRegistry, row_ids: tuple[str, str], reason: str, waived_by: str, number: str | None) -> Waiver:
    """Put on record that two rows of a version (default: the newest) ask different things. Raises `VersionNotFoundError`."""
    waiver = waiver_on(*row_ids, reason, waived_by)
    number = number or next((one.version for one in await versions.list_versions()), None)
    if number is None:
        raise VersionNotFoundError("no version exists whose rows could be waived", "make one: `golden-assets run`")
    await versions.waive_pair(number, waiver)
    return waiver


async def outlook_of(versions: VersionRegistry, number: str, thresholds: Thresholds, rules: OperatingRules) -> Outlook:
    """What a version that passed its gates still takes to become active, as `promotion_sensor` decides."""
    stored, active = await versions.get_version(number), await active_summary(versions)
    losses = await losses_of(versions, number, thresholds)
    later = [one for one in await versions.list_versions() if one.created_at > stored.summary.created_at]
    return Outlook(
        version=number,
        active=active.version if active else None,
        loss=" ".join(verdict.explanation for verdict in losses),
        overtaken_by=next((one.version for one in later if one.status in ("validated", "active")), None),
        lacks_approval=versions.require_approval and number not in await versions.approved_versions(),
        is_published=not rules.awaits_phoenix or number in await versions.published_versions(),
        auto_promote=rules.auto_promote,
    )


async def release_facts_of(
    versions: VersionRegistry, artifacts: ArtifactStore, number: str, thresholds: Thresholds, rules: OperatingRules
) -> ReleaseFacts:
    """What is on record about a version beside its quality: documents, approval, what people said of its rows, what follows."""
    stored = await versions.get_version(number)
    corpus = await artifacts.find_corpus(stored.testset.corpus_hash)
    waits = stored.summary.status == "validated"
    return ReleaseFacts(
        reviews=row_reviews(stored.testset, await versions.decisions(number)),
        approval=await versions.approval(number),
        approval_required=versions.require_approval,
        read=DocumentsRead.of(corpus) if corpus else None,
        outlook=await outlook_of(versions, number, thresholds, rules) if waits else None,
    )
