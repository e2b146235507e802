"""The sample corpus is a corpus by our own rules, and its links lead somewhere."""

import re

from golden_assets.adapters.documents.build_corpus import sample_corpus_folder
from golden_assets.adapters.documents.folder import FolderSource

SENTENCE = re.compile(r"(?<![\w.])[A-Z][^.|`]*?\w\.(?=\s|$)", re.DOTALL)


def test_the_sample_corpus_has_twelve_documents_of_300_to_900_words() -> None:
    corpus = FolderSource(sample_corpus_folder()).read()
    assert len(corpus.documents) == 12
    assert corpus.skipped == ()
    assert all(300 <= document.word_count <= 900 for document in corpus.documents)
    assert len({document.metadata["title"] for document in corpus.documents}) == 12


def test_the_sample_documents_are_prose_rather_than_lists() -> None:
    for document in FolderSource(sample_corpus_folder()).read().documents:
        assert len(SENTENCE.findall(document.text)) >= 15, document.document_id


def test_links_between_sample_documents_lead_to_sample_documents() -> None:
    corpus = FolderSource(sample_corpus_folder()).read()
    targets = {target for document in corpus.documents for target in re.findall(r"\]\(([^)]+)\)", document.text)}
    assert len(targets) >= 8
    assert targets <= set(corpus.by_id)


def test_facts_that_several_sample_documents_state_are_the_same_everywhere() -> None:
    text = "\n".join(document.text for document in FolderSource(sample_corpus_folder()).read().documents)
    assert set(re.findall(r"[Aa]t least (\w+) (?:valid )?P4 probes", text)) == {"three"}
    assert set(re.findall(r"G2 gas probes? (?:after|\|) (\d+) days", text)) == {"180"}
    assert set(re.findall(r"[Aa]mmonia (?:value )?(?:exceeds|above) (\d+) parts", text)) == {"35"}
    assert set(re.findall(r"Veldra 3\.2(?: was released on|,) (\d+ \w+ \d{4})", text)) == {"14 March 2025"}
