"""The parts of RAGAS that write a row, one at a time: extractors, the overlap builder, scenarios and synthesizers.

This module and `ragas_overrides` import ragas when they are imported themselves, which takes 6 to 10 s: use `lazy_import`. RAGAS's
own pipeline is not used, because it pays for the whole corpus, draws from its first documents, and loses everything to one failure;
nor are its caches, retries, tokenizers and token counts.
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from langsmith import tracing_context
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from ragas.exceptions import RagasException
from ragas.testset.graph import KnowledgeGraph, Node, NodeType
from ragas.testset.persona import Persona
from ragas.testset.synthesizers.base import QueryLength, QueryStyle
from ragas.testset.synthesizers.multi_hop import MultiHopAbstractQuerySynthesizer, MultiHopSpecificQuerySynthesizer
from ragas.testset.synthesizers.multi_hop.base import MultiHopScenario
from ragas.testset.synthesizers.single_hop.base import SingleHopScenario
from ragas.testset.synthesizers.single_hop.specific import SingleHopSpecificQuerySynthesizer
from ragas.testset.transforms.extractors import NERExtractor
from ragas.testset.transforms.extractors.llm_based import ThemesExtractor

from golden_assets.adapters.ragas.client.priority_semaphore import PrioritySemaphore
from golden_assets.adapters.ragas.client.ragas_overrides import CodePointTokenizer, FewNodesOverlapBuilder, SharedModel, lean_prompt
from golden_assets.domain.core.errors import ModelError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets.domain.ports.models import ChatModel
from golden_assets.domain.testsets.testset import QuestionType

Synthesizer = SingleHopSpecificQuerySynthesizer | MultiHopSpecificQuerySynthesizer | MultiHopAbstractQuerySynthesizer
SYNTHESIZERS: Mapping[QuestionType, type[Synthesizer]] = {
    "single_hop_specific": SingleHopSpecificQuerySynthesizer,
    "multi_hop_specific": MultiHopSpecificQuerySynthesizer,
    "multi_hop_abstract": MultiHopAbstractQuerySynthesizer,
}
STYLE = QueryStyle.PERFECT_GRAMMAR
"""RAGAS also offers misspelt and clipped queries; a golden question is to be understood by itself."""
_HOP_TAG = re.compile(r"<\d+-hop>\s*")
"""RAGAS marks the passages in its prompt so; models copy the marks into what they write."""
URGENCY: Mapping[str, int] = {"entities": 0, "themes": 0, "multi_hop_specific": 1, "multi_hop_abstract": 1, "single_hop_specific": 2}
"""Which calls go first when more wait than may be in flight: those that most calls wait for. So at the end no long chain is left alone."""
GUIDANCE = (
    "The query must make sense to a reader who does not see the context: name what it is about, and never say 'this', 'the text' or 'the "
    "context'. Answer in one to three complete sentences that say what the context says about it, and nothing else."
)
"""What every row is judged by later; a model that was not told writes rows that are paid for and rejected."""
WHOLE = 2**31
"""More tokens than any chunk has: RAGAS splits no text of ours."""


class Overlap(NamedTuple):
    """A chunk that shares an entity with another one, and how each of the two spells it (the other chunk last)."""

    chunk: Chunk
    spellings: tuple[str, str]


class Sample(NamedTuple):
    """What a synthesizer wrote."""

    question: str
    answer: str


class RagasClient:
    """RAGAS's extractors and synthesizers over one chat model.

    Args:
        model: answers every prompt.
        max_concurrency: model calls in flight at a time.
        language: of questions and answers, by its English name.
    """

    style = STYLE.name

    def __init__(self, model: ChatModel, max_concurrency: int, language: str) -> None:
        semaphore = PrioritySemaphore(max_concurrency)

        def _shared(purpose: str) -> SharedModel:
            return SharedModel(model, purpose, semaphore, URGENCY[purpose])

        tokenizer = CodePointTokenizer()
        self._guidance = GUIDANCE if language.casefold() == "english" else f"{GUIDANCE} Write the query and the answer in {language}."
        self._entities = NERExtractor(llm=_shared("entities"), tokenizer=tokenizer, max_token_limit=WHOLE)
        self._themes = ThemesExtractor(llm=_shared("themes"), tokenizer=tokenizer, max_token_limit=WHOLE)
        self._synthesizers: dict[QuestionType, Synthesizer] = {
            name: made(llm=_shared(name), llm_context=self._guidance) for name, made in SYNTHESIZERS.items()
        }
        for extractor in (self._entities, self._themes):
            extractor.prompt = lean_prompt(extractor.prompt, keep_examples=True)
        for synthesizer in self._synthesizers.values():
            synthesizer.generate_query_reference_prompt = lean_prompt(synthesizer.generate_query_reference_prompt, keep_examples=False)

    def synthesizer_name(self, question_type: QuestionType) -> str:
        """RAGAS's name of what writes this type."""
        return self._synthesizers[question_type].name

    @cache  # noqa: B019  # a client lives as long as one run
    def prompt_hash(self, question_type: QuestionType) -> str:
        """SHA-256 of the instruction, examples and guidance under which rows of this type are written."""
        prompt = self._synthesizers[question_type].generate_query_reference_prompt
        examples = [[given.model_dump(), wanted.model_dump()] for given, wanted in prompt.examples]
        return sha256_json([prompt.instruction, examples, self._guidance])

    async def entities(self, chunk: Chunk) -> list[str]:
        """The named entities of a chunk. Raises what the model raises, and `ModelError` for an answer that RAGAS cannot use."""
        with _quiet():
            return (await self._entities.extract(_node(chunk)))[1]

    async def themes(self, chunk: Chunk) -> list[str]:
        """The themes of a chunk. Raises like `entities`."""
        with _quiet():
            return (await self._themes.extract(_node(chunk)))[1]

    async def overlaps(self, first: Chunk, entities: Mapping[Chunk, Sequence[str]]) -> list[Overlap]:
        """Every entity that another chunk shares with the first one, spelt alike or nearly so. No model is asked.

        Args:
            first: the chunk that every overlap is with.
            entities: what may be shared, of the first chunk and of each other one.
        """
        chunks = [first, *(chunk for chunk in entities if chunk != first)]
        nodes = [_node(chunk, list(entities[chunk])) for chunk in chunks]
        by_id = {node.id: chunk for node, chunk in zip(nodes, chunks, strict=True)}
        edges = await FewNodesOverlapBuilder().transform(KnowledgeGraph(nodes=nodes))
        joined = [edge for edge in edges if edge.source == nodes[0]]
        return [Overlap(by_id[edge.target.id], pair) for edge in joined for pair in edge.properties["overlapped_items"]]

    async def write(
        self, question_type: QuestionType, chunks: Sequence[Chunk], terms: Sequence[str], persona: Mapping[str, str], length: str
    ) -> Sample:
        """One question with its answer. Raises like `entities`.

        Args:
            question_type: which synthesizer writes.
            chunks: what the answer comes from: one, or two and more for a multi-hop question.
            terms: what the question is about: one, or one per chunk.
            persona: ``name`` and ``role_description`` of who asks.
            length: name of a RAGAS `QueryLength`.
        """
        scenario = _scenario(question_type, [_node(chunk) for chunk in chunks], list(terms), Persona(**persona), QueryLength[length])
        with _quiet():
            sample = await self._synthesizers[question_type].generate_sample(scenario)
        written = sample.to_dict()
        return Sample(*(_HOP_TAG.sub("", written[field]).strip() for field in ("user_input", "reference")))


def _scenario(
    question_type: QuestionType, nodes: list[Node], terms: list[str], persona: Persona, length: QueryLength
) -> SingleHopScenario | MultiHopScenario:
    if question_type == "single_hop_specific":
        return SingleHopScenario(nodes=nodes, term=terms[0], persona=persona, style=STYLE, length=length)
    return MultiHopScenario(nodes=nodes, combinations=terms, persona=persona, style=STYLE, length=length)


@contextmanager
def _quiet() -> Iterator[None]:
    """No LangSmith tracing, whatever the environment says, and RAGAS's ways to fail as ours."""
    try:
        with tracing_context(enabled=False):
            yield
    except (RagasException, ValidationError, PydanticSerializationError) as error:
        reason = str(error).splitlines()[0]
        raise ModelError(f"RAGAS cannot use the model's answer ({reason})", "generate again, or configure another model") from error


def _node(chunk: Chunk, entities: list[str] | None = None) -> Node:
    """A chunk as a node of RAGAS's graph; its id comes from where it stands and what it says, so that nothing is random."""
    node_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{chunk.document_id}:{chunk.start}:{chunk.chunk_hash}")
    properties = {"page_content": chunk.text, "document_id": chunk.document_id}
    return Node(id=node_id, type=NodeType.CHUNK, properties=properties if entities is None else properties | {"entities": entities})
