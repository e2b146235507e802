"""Documents made up for the benchmarks."""

from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.corpus.documents import Corpus, Document


def manual(documents: int) -> Corpus:
    """Documents of about 800 words in five sections; each has words of its own, and shares its subject with five others or six."""
    subjects = documents * 4 // 5
    texts = {f"part-{number:03}.md": _chapter(number, subjects) for number in range(documents)}
    return Corpus(source="bench", documents=tuple(Document.of(name, text) for name, text in texts.items()))


def _chapter(number: int, subjects: int) -> str:
    sections = [f"## Section {section} of part {number}\n\n{_section(number, section, subjects)}" for section in range(5)]
    return f"# Part {number}\n\n" + "\n\n".join(sections) + "\n"


def _section(number: int, section: int, subjects: int) -> str:
    """Nine sentences about two things that all of them name, and eighteen that are mentioned once."""
    own, shared = _name(f"own {number} {section}"), _name(f"shared {(number * 5 + section) % subjects}")
    sentences = []
    for line in range(9):
        first, second = (_name(f"{number} {section} {line} {which}") for which in "ab")
        sentences.append(
            f"Step {line} is when {own} or {shared} has to {first.lower()} each of the {second.lower()} in {number + line} ways."
        )
    return "\n".join(sentences)


def _name(key: str) -> str:
    """A pronounceable word that follows from the key."""
    digits = [int(digit, 16) for digit in sha256_text(key)[:8]]
    return "".join("bdfgklmnprstvwxz"[one] + "aeiou"[other % 5] for one, other in zip(digits[::2], digits[1::2], strict=True)).title()
