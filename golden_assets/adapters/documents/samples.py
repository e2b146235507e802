"""The sample corpus: the handbook of an invented product, shipped as package data and used when the user names no documents."""

from pathlib import Path


def sample_corpus_folder() -> Path:
    """The folder with the twelve Markdown documents of the sample corpus."""
    return Path(__file__).parents[2] / "sample_corpus"
