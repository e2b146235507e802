"""What changed since the testset that a new one starts from: documents and rows as Dagster metadata."""

from golden_assets.defs.presentation.tables import TABLE_ROWS, Metadata, table
from golden_assets.defs.presentation.testsets import describe_rejected
from golden_assets.domain.corpus.changes import CorpusChange, compare_corpora
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.testsets.freshness import classify_rows, measure_freshness
from golden_assets.domain.testsets.testset import Testset


def describe_continuation(base: Testset, before: Corpus | None, testset: Testset, corpus: Corpus) -> Metadata:
    """Rows of the base by state, rows that are new, those that critics no longer accept, those that made room; and what happened to the
    documents, if ``before`` is known.
    """
    found = classify_rows(base.rows, corpus)
    usable = {item.row.row_id for item in found if item.is_usable}
    gone = usable - {row.row_id for row in testset.rows}
    refused = [one for one in testset.barred if one.row.row_id in gone]
    return {
        **{f"rows_{state}": count for state, count in measure_freshness(found).counts.items()},
        "rows_generated": sum(row.row_id not in usable for row in testset.generated_rows),
        "rows_refused": len(refused),
        "rows_retired": len(gone) - len(refused),
        "base_testset_hash": base.testset_hash,
        **describe_rejected("refused_rows", refused),
        **(describe_changes(compare_corpora(before, corpus)) if before else {}),
    }


def describe_changes(change: CorpusChange) -> Metadata:
    """The share of the content that changed, and every changed document."""
    changed = [document.model_dump() for document in change.documents]
    return {
        "changed_share": change.share,
        "documents_changed": len(changed),
        **({"change_table": table(changed[:TABLE_ROWS], document_id="string", kind="string", similarity="float")} if changed else {}),
    }
