"""Which of the source documents a testset asks about, and which it passes over."""

from collections import Counter
from collections.abc import Sequence

from golden_assets.domain.core.records import Record
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.statistics.effect_sizes import gini
from golden_assets.domain.testsets.testset import TestsetRow


class CoverageMeasures(Record):
    """Which documents are cited.

    ``share`` is of all documents. ``achievable_share`` is of what as many rows could have cited: min(rows, citable documents), where
    citable is a usable document (`usable_documents`), and any that is cited; human rows need not cite any. Copies of a document count
    once. ``largest_share`` is the share of rows that cite the most cited document. ``uncovered`` names the usable documents that no row
    cites. ``word_share`` is the words of cited documents by those of all, 0 to 1: the share of the corpus's mass that is in documents
    asked about. ``gini`` says how unevenly the rows are spread over the citable documents, see `effect_sizes.gini`.
    ``citing`` rows cite a document of the corpus; ``parts`` are the shares of them that each cited document has, the largest first: a row
    that cites k documents counts 1/k for each, so that they sum to 1.
    """

    documents: int
    citable: int
    cited: int
    share: float
    achievable_share: float
    largest_share: float
    word_share: float
    gini: float
    citing: int
    parts: dict[str, float]
    uncovered: tuple[str, ...]


def usable_documents(corpus: Corpus, min_words: int) -> tuple[Document, ...]:
    """Documents long enough to ask about; of documents with the same content only the first."""
    first = {document.content_hash: document for document in reversed(corpus.documents)}
    return tuple(d for d in corpus.documents if d.word_count >= min_words and first[d.content_hash] is d)


def measure_coverage(rows: Sequence[TestsetRow], corpus: Corpus, min_words: int) -> CoverageMeasures:
    """How many of the documents the rows cite; all shares are 0 without rows or documents. Unknown document ids cover nothing."""
    citations = Counter(document_id for row in rows for document_id in row.document_ids if document_id in corpus.by_id)
    cited = Counter[str]()
    for document_id, count in citations.items():
        cited[corpus.by_id[document_id].content_hash] += count
    usable = {document.content_hash: document.document_id for document in usable_documents(corpus, min_words)}
    citable = len(usable.keys() | cited.keys())
    able = [row for row in rows if not row.is_human or any(document_id in corpus.by_id for document_id in row.document_ids)]
    achievable = min(len(able), citable)
    words = {document.content_hash: document.word_count for document in corpus.documents}
    distinct, mass = len(words), sum(words.values())
    citing, parts = _parts(rows, corpus)
    return CoverageMeasures(
        documents=distinct,
        citable=citable,
        cited=len(cited),
        share=round(len(cited) / distinct, 6) if distinct else 0.0,
        achievable_share=round(min(1.0, len(cited) / achievable), 6) if achievable else 0.0,
        largest_share=round(max(citations.values(), default=0) / len(rows), 6) if rows else 0.0,
        word_share=round(sum(words[content_hash] for content_hash in cited) / mass, 6) if mass else 0.0,
        gini=round(gini([cited[content_hash] for content_hash in usable.keys() | cited.keys()]), 6),
        citing=citing,
        parts=parts,
        uncovered=tuple(sorted(name for content_hash, name in usable.items() if content_hash not in cited)),
    )


def _parts(rows: Sequence[TestsetRow], corpus: Corpus) -> tuple[int, dict[str, float]]:
    """(rows that cite a document of the corpus, the share of them that each document has; of copies the first one has it)."""
    first = {document.content_hash: document.document_id for document in reversed(corpus.documents)}
    cited = [{first[corpus.by_id[name].content_hash] for name in row.document_ids if name in corpus.by_id} for row in rows]
    weights, citing = Counter[str](), sum(map(bool, cited))
    for of_row in filter(None, cited):
        weights.update(dict.fromkeys(of_row, 1 / len(of_row)))
    parts = {name: round(weight / citing, 6) for name, weight in weights.items()}
    return citing, dict(sorted(parts.items(), key=lambda part: (-part[1], part[0])))
