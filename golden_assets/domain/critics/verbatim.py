"""Are the cited passages in their documents?"""

from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.critics.groundedness import evidence_in
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.row_checks import context_is_verbatim
from golden_assets.domain.testsets.testset import UNKNOWN, TestsetRow


def quotes_are_real(row: TestsetRow, corpus: Corpus) -> Finding:
    """Every cited passage is in its document, character for character, where it is cited; one without a place is left out."""
    cited = [context for context in row.contexts if context.document_id != UNKNOWN]
    astray = [context for context in cited if not context_is_verbatim(context, corpus)]
    score = 1 - len(astray) / len(cited) if cited else float(bool(row.contexts) or row.is_human)
    shown = (astray or cited)[:1]
    return Finding(
        row_id=row.row_id,
        critic="quotes_are_real",
        score=round(score, 4),
        verdict="passed" if score == 1 else "rejected",
        reason=f"{len(astray)} of {len(cited)} cited passages are not where they are cited" if score < 1 else "every passage is found",
        evidence=evidence_in(shown[0], 0, len(shown[0].text)) if shown else None,
    )
