"""A chat model that answers by rule, and corpora for it: what the driver is tested with where no real model is needed.

A chunk's entities are its words in capitals. A question names its terms and a hash of them and its passages: no two are alike.
"""

import asyncio
import hashlib
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel

from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.testset import TokenUsage

Rule = Callable[[str, dict[str, Any]], None]
"""Called with (purpose, the prompt's input) before each answer; raises what the model is to raise."""


class ScriptedModel:
    """Answers from the prompt's input alone, after ``delay(prompt)`` seconds."""

    name = "scripted"
    version = "1"

    def __init__(self, rule: Rule = lambda purpose, given: None, delay: Callable[[str], float] = lambda prompt: 0.0) -> None:
        self.rule = rule
        self.delay = delay
        self.calls: Counter[str] = Counter()
        self.in_flight = self.most_in_flight = 0

    @property
    def usage(self) -> TokenUsage:
        return TokenUsage(calls=self.calls.total(), prompt_tokens=10 * self.calls.total())

    async def complete(self, prompt: str, schema: type[BaseModel], *, purpose: str) -> BaseModel:
        given = json.loads(prompt.rsplit("\ninput: ", 1)[1].rsplit("\nOutput: ", 1)[0])
        self.calls[purpose] += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.delay(prompt))
            self.rule(purpose, given)
            return schema.model_validate(self.answer(purpose, given))
        finally:
            self.in_flight -= 1

    def answer(self, purpose: str, given: dict[str, Any]) -> dict[str, Any]:
        if purpose in ("entities", "themes"):
            return {"entities" if purpose == "entities" else "output": re.findall(r"\b[A-Z]{4,}\b", given["text"])}
        passages = given["context"] if isinstance(given["context"], list) else [given["context"]]
        terms = given["themes"] if "themes" in given else [given["term"]]
        mark = hashlib.sha256("".join([*passages, *terms]).encode()).hexdigest()
        query = " ".join([*terms, *re.findall("....", mark)[:8]])
        return {"query": f"{query}?", "answer": f"{given['persona']['name']}: {passages[0][:40]}"}


class LetterEmbedder:
    """Counts letters: near for texts of like spelling, deterministic, and no model."""

    name = "letters"

    def __init__(self) -> None:
        self.texts: list[str] = []

    @property
    def usage(self) -> TokenUsage:
        return TokenUsage(embedding_tokens=len(self.texts))

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.texts += texts
        counts = [[text.count(letter) + 1.0 for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts]
        return [[count / sum(c * c for c in row) ** 0.5 for count in row] for row in counts]


class WordEmbedder(LetterEmbedder):
    """Counts words: texts without a common word have nothing in common."""

    name = "words"

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        counts = [Counter(zlib.crc32(word.encode()) % 512 for word in re.findall(r"\w+", text.lower())) for text in texts]
        return [[count[place] / (sum(n * n for n in count.values()) ** 0.5 or 1.0) for place in range(512)] for count in counts]


def corpus_of(**texts: str) -> Corpus:
    """A corpus of named texts."""
    return Corpus(source="test", documents=tuple(Document.of(f"{name}.md", text) for name, text in sorted(texts.items())))


def handbook(documents: int, sections: int = 3, shared: str = "SHARED") -> Corpus:
    """Documents of sections of 130 words, each with an entity of its own and one that all documents share in that section."""
    texts = {}
    for number in range(documents):
        parts = [f"# Book {number:03}\n"]
        for section in range(sections):
            own = f"ENTITY{chr(65 + number // 26)}{chr(65 + number % 26)}{chr(65 + section)}"
            filler = " ".join(f"word{number}x{section}x{i}" for i in range(60))
            sentence = f"The {own} works with {shared}{chr(65 + section)} in place {number}."
            parts.append(f"## Part {section}\n\n{sentence} {filler}.\n\nMore on it: {filler}.\n")
        texts[f"book{number:03}"] = "\n".join(parts)
    return corpus_of(**texts)


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
