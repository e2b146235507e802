import hashlib
import importlib
import random
import socket
import subprocess
import sys
import warnings
from collections import Counter

import pytest

from golden_assets.adapters.ragas.generator import DEFAULT_SHARES, RagasTestsetGenerator
from golden_assets.domain.core.errors import ConfigurationError, GenerationError, ModelAuthenticationError, ModelError, UnanswerableError
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.testset import GenerationRequest, Testset, count_types
from golden_assets_tests.adapters.ragas.scripted import LetterEmbedder, ScriptedModel, corpus_of, handbook, silent

SINGLE = {"single_hop_specific": 1.0}
SPECIFIC = {"multi_hop_specific": 1.0}
ABSTRACT = {"multi_hop_abstract": 1.0}
MIXED = dict(DEFAULT_SHARES)
WRITING = {"single_hop_specific", "multi_hop_specific", "multi_hop_abstract"}


async def generate(
    corpus: Corpus, size: int, model: ScriptedModel | None = None, *, types=MIXED, seed=0, progress=silent, **options
) -> Testset:
    generator = RagasTestsetGenerator(model or ScriptedModel(), LetterEmbedder(), **options)
    return await generator.generate(corpus, GenerationRequest(size=size, seed=seed, question_types=types), progress)


def home_documents(testset: Testset) -> Counter[str]:
    return Counter(row.contexts[0].document_id for row in testset.rows)


def subjects(testset: Testset) -> list[str]:
    return [failure.subject for failure in testset.failures]


@pytest.mark.parametrize("size", [1, 7, 20, 40])
async def test_exactly_the_asked_rows_are_written_in_the_asked_shares(size):
    testset = await generate(handbook(22), size)
    assert len(testset.rows) == size
    assert abs(count_types(testset.rows).get("single_hop_specific", 0) - size / 2) < 1
    assert testset.failures == ()


async def test_twenty_rows_come_from_twenty_of_twenty_two_documents():
    assert len(home_documents(await generate(handbook(22), 20))) == 20


async def test_thirty_rows_over_twelve_documents_are_two_or_three_of_each():
    assert set(home_documents(await generate(handbook(12), 30)).values()) == {2, 3}


async def test_every_context_is_found_verbatim_where_it_is_said_to_stand():
    corpus = handbook(8)
    for row in (await generate(corpus, 16)).rows:
        for context in row.contexts:
            document = corpus.by_id[context.document_id]
            assert document.text[context.start : context.end] == context.text
            assert context.document_hash == document.content_hash
            assert "-hop>" not in context.text


@pytest.mark.parametrize("types", [SPECIFIC, ABSTRACT])
async def test_multi_hop_rows_cite_two_distinct_chunks_of_two_documents(types):
    testset = await generate(handbook(10), 10, types=types)
    assert len(testset.rows) == 10
    for row in testset.rows:
        assert len({context.chunk_hash for context in row.contexts}) == 2
        assert len(row.document_ids) == 2


async def test_chunks_of_specific_multi_hop_rows_share_the_entity_they_are_about():
    testset = await generate(handbook(10), 10, types=SPECIFIC)
    for row in testset.rows:
        term = row.user_input.split()[0]
        assert term.startswith("SHARED")
        assert all(term in context.text for context in row.contexts)


async def test_chunks_that_share_no_entity_are_joined_by_resemblance():
    texts = {
        f"doc{n}": f"# Doc\n\nThe ONLY{chr(65 + n) * 4} works alone in this room. " + f"Plain words follow here {n}. " * 30
        for n in range(6)
    }
    testset = await generate(corpus_of(**texts), 4, types=SPECIFIC)
    assert len(testset.rows) == 4
    assert all(len(row.document_ids) == 2 for row in testset.rows)


async def test_a_single_document_yields_multi_hop_rows_of_two_of_its_chunks():
    testset = await generate(handbook(1, sections=4), 2, types=ABSTRACT)
    assert [len({context.chunk_hash for context in row.contexts}) for row in testset.rows] == [2, 2]


async def test_no_two_rows_ask_the_same_of_the_same_passage():
    testset = await generate(handbook(3), 18)
    asked = Counter((row.user_input, tuple(context.chunk_hash for context in row.contexts)) for row in testset.rows)
    assert set(asked.values()) == {1}


async def test_rows_record_how_they_were_made():
    testset = await generate(handbook(6), 12, seed=5)
    assert {row.synthesizer_name for row in testset.rows} == {f"{name}_query_synthesizer" for name in MIXED}
    assert {row.persona_name for row in testset.rows} == {"Newcomer", "Practitioner", "Decision maker"}
    assert {row.query_length for row in testset.rows} == {"SHORT", "MEDIUM", "LONG"}
    assert {row.query_style for row in testset.rows} == {"PERFECT_GRAMMAR"}
    assert {row.model for row in testset.rows} == {"scripted"}
    assert len({row.seed for row in testset.rows}) == 12
    by_type = {(row.question_type, row.prompt_hash) for row in testset.rows}
    assert len(by_type) == 3
    assert all(len(prompt_hash) == 64 for _, prompt_hash in by_type)


async def test_the_testset_records_how_it_was_made():
    corpus = handbook(6)
    model = ScriptedModel()
    testset = await generate(corpus, 6, model)
    assert (testset.generator, testset.generator_version) == ("ragas", "0.4.3")
    assert (testset.model, testset.embedding_model) == ("scripted", "letters")
    assert testset.corpus_hash == corpus.corpus_hash
    assert [persona["name"] for persona in testset.personas] == ["Newcomer", "Practitioner", "Decision maker"]
    assert testset.usage.calls == model.calls.total() > 0
    assert testset.usage.prompt_tokens == 10 * testset.usage.calls
    assert testset.usage.embedding_tokens > 0
    assert testset.duration_seconds > 0


async def test_usage_is_that_of_this_run_alone():
    model = ScriptedModel()
    first = await generate(handbook(6), 6, model)
    second = await generate(handbook(6), 6, model)
    assert second.usage == first.usage


async def test_given_personas_take_turns_and_reach_the_prompt():
    seen = []
    model = ScriptedModel(rule=lambda purpose, given: seen.append(given.get("persona")))
    personas = ({"name": "Anna", "role_description": "Ages cheese."}, {"name": "Ben", "role_description": "Sells it."})
    testset = await generate(handbook(4), 8, model, personas=personas)
    assert Counter(row.persona_name for row in testset.rows) == {"Anna": 4, "Ben": 4}
    assert {persona["role_description"] for persona in seen if persona} == {"Ages cheese.", "Sells it."}


async def test_only_sampled_chunks_are_paid_for():
    model = ScriptedModel()
    await generate(handbook(100), 10, model)
    assert model.calls.total() <= 50
    assert set(model.calls) <= WRITING | {"entities", "themes"}


async def test_themes_are_not_asked_for_unless_abstract_questions_are():
    model = ScriptedModel()
    await generate(handbook(10), 10, model, types={"single_hop_specific": 0.5, "multi_hop_specific": 0.5})
    assert model.calls["themes"] == 0


async def test_calls_in_flight_reach_the_limit_and_never_exceed_it():
    model = ScriptedModel(delay=lambda prompt: 0.01)
    await generate(handbook(20), 40, model, max_concurrency=5)
    assert model.most_in_flight == 5


@pytest.mark.parametrize("concurrency", [1, 3, 32])
async def test_the_same_seed_gives_the_same_testset_whoever_is_faster(concurrency):
    def decline_some(purpose, given):
        if purpose in WRITING and len(str(given)) % 3 == 0:
            raise UnanswerableError("nothing to ask", "go on")

    calm = await generate(handbook(9), 24, ScriptedModel(decline_some), seed=4)
    dice = random.Random(concurrency)  # noqa: S311
    hurried = ScriptedModel(decline_some, delay=lambda prompt: dice.random() / 100)
    disturbed = await generate(handbook(9), 24, hurried, seed=4, max_concurrency=concurrency)
    assert disturbed.testset_hash == calm.testset_hash
    assert disturbed.draft_hash == calm.draft_hash


@pytest.mark.parametrize("seed", range(3))
async def test_slots_that_want_the_same_are_settled_alike_whoever_is_faster(seed):
    class Monotonous(ScriptedModel):
        """Asks few different questions, and none about some passages, so that most slots have to try again, and other kinds of rows."""

        def answer(self, purpose, given):
            answer = super().answer(purpose, given)
            if purpose in WRITING:
                mark = hashlib.sha256(answer["query"].encode()).digest()
                answer["query"] = f"{'abcdefghijklmnopqrstuvwxyz'[mark[0] % 26] * 5} {purpose}?"
            return answer

    def decline_some(purpose, given):
        if purpose in WRITING and len(str(given)) % 4 == 0:
            raise UnanswerableError("nothing to ask", "go on")

    calm = Monotonous(decline_some)
    first = await generate(handbook(9), 40, calm, seed=seed)
    dice = random.Random(seed)  # noqa: S311
    hurried = Monotonous(decline_some, delay=lambda prompt: dice.random() / 100)
    again = await generate(handbook(9), 40, hurried, seed=seed, max_concurrency=7)
    assert again.draft_hash == first.draft_hash
    assert hurried.calls == calm.calls
    assert calm.calls.total() > 60
    assert len({row.user_input for row in first.rows}) == len(first.rows)


async def test_rows_that_need_what_others_left_are_written_at_the_same_time():
    def decline_own(purpose, given):
        if purpose == "single_hop_specific" and given["term"].startswith("ENTITY") and given["term"][-1] != "Z":
            raise UnanswerableError("nothing to ask", "go on")

    texts = {f"book{n}": f"# Book {n}\n\n" + f"The ENTITY{chr(65 + n)} rests. {'Plain words follow. ' * 30}" for n in range(6)}
    texts["other"] = "\n\n".join(f"## Part {n}\n\nThe ENTITY{chr(65 + n)}Z sings. {f'More of it {n}. ' * 60}" for n in range(8))
    slow = ScriptedModel(decline_own, delay=lambda prompt: 0.01)
    in_flight = []
    original = slow.complete

    async def watched(prompt, schema, *, purpose):
        if purpose == "single_hop_specific" and slow.calls[purpose] > 7:
            in_flight.append(slow.in_flight)
        return await original(prompt, schema, purpose=purpose)

    slow.complete = watched
    testset = await generate(corpus_of(**texts), 7, slow, types=SINGLE)
    assert home_documents(testset)["other.md"] == 7
    assert max(in_flight) >= 3


async def test_another_seed_gives_another_testset():
    one, two = [await generate(handbook(9), 9, seed=seed) for seed in (0, 1)]
    assert one.testset_hash != two.testset_hash


async def test_the_order_of_the_documents_does_not_matter():
    corpus = handbook(9)
    turned = Corpus(source="test", documents=corpus.documents[::-1])
    assert (await generate(turned, 9)).testset_hash == (await generate(corpus, 9)).testset_hash


async def test_a_poisoned_document_costs_itself_only():
    def poisoned(purpose, given):
        if "# Book 003" in str(given.get("text", "")) or "ENTITYAD" in str(given.get("text", "")):
            raise ModelError("the endpoint choked", "look at the document")

    testset = await generate(handbook(6), 12, ScriptedModel(poisoned), types=SINGLE)
    assert len(testset.rows) == 12
    assert "book003.md" not in home_documents(testset)
    assert "book003.md" in subjects(testset)
    choked = [failure for failure in testset.failures if failure.reason == "the endpoint choked"]
    assert choked
    assert all(failure.subject.startswith("book003.md, characters ") for failure in choked)


async def test_a_poisoned_row_is_replaced_from_the_same_document():
    def poisoned(purpose, given):
        if purpose == "single_hop_specific" and given["term"] == "ENTITYADA":
            raise ModelError("half a reply", "try again")

    testset = await generate(handbook(8, sections=1), 8, ScriptedModel(poisoned), types=SINGLE)
    assert home_documents(testset)["book003.md"] == 1
    assert [(failure.subject.split(" in ")[0], failure.reason) for failure in testset.failures] == [
        ("single_hop_specific on 'ENTITYADA'", "half a reply")
    ]


async def test_a_declined_question_is_replaced_and_is_no_failure():
    def decline(purpose, given):
        if purpose == "single_hop_specific" and given["term"].startswith("ENTITY"):
            raise UnanswerableError("nothing to ask", "go on")

    testset = await generate(handbook(8), 8, ScriptedModel(decline), types=SINGLE)
    assert len(home_documents(testset)) == 8
    assert testset.failures == ()


@pytest.mark.parametrize("field", ["query", "answer"])
async def test_rows_without_question_or_answer_are_replaced(field):
    class Silent(ScriptedModel):
        def answer(self, purpose, given):
            blank = {field: " ?! "} if given.get("term", "").startswith("ENTITY") else {}
            return super().answer(purpose, given) | (blank if purpose in WRITING else {})

    testset = await generate(handbook(8), 8, Silent(), types=SINGLE)
    assert len(testset.rows) == 8
    assert all(row.user_input.startswith("SHARED") for row in testset.rows)


async def test_duplicates_and_near_duplicates_are_replaced():
    class Repetitive(ScriptedModel):
        def answer(self, purpose, given):
            answer = super().answer(purpose, given)
            if given.get("term", "").startswith("ENTITY"):
                answer["query"] = f"What does the cellar master do in the morning, {'exactly' * (len(given['context']) % 2)}?"
            return answer

    testset = await generate(handbook(8), 8, Repetitive(), types=SINGLE)
    assert len(testset.rows) == 8
    assert sum(row.user_input.startswith("What does") for row in testset.rows) == 1


async def test_tags_of_multi_hop_prompts_are_kept_out_of_question_and_answer():
    class Tagging(ScriptedModel):
        def answer(self, purpose, given):
            answer = super().answer(purpose, given)
            return {name: f"<1-hop> {text} <2-hop>" for name, text in answer.items()} if purpose in WRITING else answer

    testset = await generate(handbook(6), 6, Tagging(), types=SPECIFIC)
    assert len(testset.rows) == 6
    assert not any("hop>" in row.user_input + row.reference for row in testset.rows)


async def test_answers_of_the_wrong_shape_are_failures_of_their_row_alone():
    class Shapeless(ScriptedModel):
        async def complete(self, prompt, schema, *, purpose):
            answer = await super().complete(prompt, schema, purpose=purpose)
            if purpose == "single_hop_specific" and '"term": "ENTITYAA' in prompt:
                return answer.model_copy(update={"query": 7})
            return answer

    with warnings.catch_warnings(action="ignore"):  # pydantic warns of what it serialises
        testset = await generate(handbook(4), 4, Shapeless(), types=SINGLE)
    assert len(testset.rows) == 4
    assert any("cannot use the model's answer" in failure.reason for failure in testset.failures)


async def test_a_corpus_that_cannot_yield_the_size_gives_what_it_has_and_says_so():
    testset = await generate(handbook(2, sections=1), 30, types=SINGLE)
    assert len(testset.rows) == 4
    (short,) = [failure for failure in testset.failures if failure.subject == "testset"]
    assert short.reason.startswith("4 of 30 rows could be written")
    assert "ask for 4 rows" in short.remedy


async def test_asking_for_far_too_much_is_not_paid_for():
    model = ScriptedModel()
    await generate(handbook(2, sections=1), 200, model, types=SINGLE)
    assert model.calls.total() == 2 + 4


async def test_a_type_that_the_corpus_cannot_yield_is_planned_as_the_others_asked_for():
    testset = await generate(handbook(1, sections=1), 2, types={"single_hop_specific": 0.5, "multi_hop_specific": 0.5})
    assert count_types(testset.rows) == {"single_hop_specific": 2}
    assert testset.type_targets == testset.supported_types == {"single_hop_specific": 1.0}
    assert testset.failures == ()


async def test_a_type_that_was_not_asked_for_never_replaces_another():
    with pytest.raises(GenerationError, match="no row was written"):
        await generate(handbook(1, sections=1), 2, types=SPECIFIC)


async def test_documents_without_prose_are_reported_and_cost_only_themselves():
    good = handbook(3).documents
    bad = [
        Document.of("code.md", "```\nprint(1)\n```\n"),
        Document.of("table.md", "| a | b |\n|---|---|\n| 1 | 2 |\n"),
        Document.of("word.md", "cheese"),
    ]
    testset = await generate(Corpus(source="test", documents=(*good, *bad)), 6)
    assert len(testset.rows) == 6
    assert subjects(testset) == ["code.md", "table.md", "word.md"]
    assert all("no passage of prose" in failure.reason for failure in testset.failures)


async def test_a_copy_of_a_document_is_asked_about_once():
    corpus = handbook(2, sections=1)
    copy = Document.of("copy.md", corpus.documents[0].text)
    testset = await generate(Corpus(source="test", documents=(*corpus.documents, copy)), 4, types=SINGLE)
    assert len(testset.rows) == 4
    assert subjects(testset) == ["copy.md"] or "book000.md" in subjects(testset)


@pytest.mark.parametrize(
    "corpus", [Corpus(source="docs", documents=()), corpus_of(one="cheese", two="```\ncode\n```")], ids=["empty", "no prose"]
)
async def test_nothing_to_ask_about_is_an_error_that_names_the_source(corpus):
    model = ScriptedModel()
    with pytest.raises(GenerationError, match=rf"{len(corpus.documents)} documents of {corpus.source}.*add documents with prose"):
        await generate(corpus, 5, model)
    assert model.calls.total() == 0


async def test_an_endpoint_that_always_fails_is_an_error_that_quotes_the_cause():
    def fail(purpose, given):
        raise ModelError("cannot connect to 127.0.0.1:9", "start the server")

    model = ScriptedModel(fail)
    with pytest.raises(
        GenerationError, match=r"all \d+ model calls failed, the last with: cannot connect to 127\.0\.0\.1:9: start the server"
    ):
        await generate(handbook(50), 50, model)
    assert model.calls.total() <= 64


async def test_a_refused_key_stops_everything_at_once():
    def refuse(purpose, given):
        raise ModelAuthenticationError("401 from the endpoint", "check OPENAI_API_KEY")

    model = ScriptedModel(refuse, delay=lambda prompt: 0.01)
    with pytest.raises(ModelAuthenticationError, match="check OPENAI_API_KEY"):
        await generate(handbook(50), 50, model, max_concurrency=4)
    assert model.calls.total() <= 8


async def test_a_model_that_declines_everything_is_an_error_without_a_cause():
    def decline(purpose, given):
        raise UnanswerableError("nothing to ask", "go on")

    with pytest.raises(GenerationError, match=r"answered 0 calls, declined \d+ and failed in 0.*add documents"):
        await generate(handbook(4), 4, ScriptedModel(decline))


async def test_a_failing_embedder_costs_the_rows_that_need_it():
    class Broken(LetterEmbedder):
        async def embed(self, texts):
            raise ModelError("the embedding endpoint is down", "start it")

    generator = RagasTestsetGenerator(ScriptedModel(), Broken())
    testset = await generator.generate(handbook(8), GenerationRequest(size=8, question_types=MIXED), silent)
    assert len(testset.rows) == 8
    assert "multi_hop_abstract" not in count_types(testset.rows)
    assert any("the embedding endpoint is down" in failure.reason for failure in testset.failures)


async def test_an_unexpected_error_of_the_model_is_not_swallowed():
    def crash(purpose, given):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await generate(handbook(4), 4, ScriptedModel(crash))


async def test_entities_that_the_passage_does_not_spell_out_are_not_asked_about():
    class Inventive(ScriptedModel):
        def answer(self, purpose, given):
            answer = super().answer(purpose, given)
            return {"entities": ["INVENTED", " ", *answer["entities"]]} if purpose == "entities" else answer

    testset = await generate(handbook(4), 4, Inventive(), types=SINGLE)
    assert not any("INVENTED" in row.user_input for row in testset.rows)


async def test_what_every_passage_names_joins_none_and_is_asked_about_last():
    texts = {document.document_id: document.text.replace("works with", "of CHEESEOS works with") for document in handbook(10).documents}
    corpus = Corpus(source="test", documents=tuple(Document.of(name, text) for name, text in texts.items()))
    testset = await generate(corpus, 20, types={"single_hop_specific": 0.5, "multi_hop_specific": 0.5})
    assert len(testset.rows) == 20
    assert not any("CHEESEOS" in row.user_input for row in testset.rows)


async def test_progress_counts_settled_rows_up_to_the_size():
    seen = []
    await generate(handbook(5), 7, progress=lambda *call: seen.append(call))
    assert seen == [("rows", done, 7) for done in range(8)]


async def test_the_language_is_put_into_the_prompts_and_their_hash():
    prompts = []

    class Listening(ScriptedModel):
        async def complete(self, prompt, schema, *, purpose):
            prompts.append(prompt)
            return await super().complete(prompt, schema, purpose=purpose)

    english = await generate(handbook(3), 3, types=SINGLE)
    generator = RagasTestsetGenerator(Listening(), LetterEmbedder())
    german = await generator.generate(handbook(3), GenerationRequest(size=3, question_types=SINGLE, language="german"), silent)
    assert sum("Write the query and the answer in german." in prompt for prompt in prompts) == 3
    assert german.rows[0].prompt_hash != english.rows[0].prompt_hash


@pytest.mark.parametrize(
    ("types", "named"),
    [
        (ABSTRACT, "writes no multi_hop_abstract questions"),
        ({"single_hop_specific": 0.5}, "must sum to 1"),
        ({"single_hop_specific": 1.5, "multi_hop_specific": -0.5}, "none may be negative"),
        ({}, "must sum to 1"),
    ],
)
async def test_shares_that_cannot_be_met_are_configuration_errors(types, named):
    model = ScriptedModel()
    with pytest.raises(ConfigurationError, match=named):
        await generate(
            handbook(2), 2, model, types=types, question_types=SINGLE, offered_types=["single_hop_specific", "multi_hop_specific"]
        )
    assert model.calls.total() == 0


async def test_a_type_with_a_share_of_zero_need_not_be_offered():
    testset = await generate(
        handbook(2), 2, types=SINGLE | {"multi_hop_abstract": 0.0}, question_types=SINGLE, offered_types=["single_hop_specific"]
    )
    assert len(testset.rows) == 2


@pytest.mark.parametrize(
    "options",
    [
        {"max_concurrency": 0},
        {"personas": ()},
        {"personas": ({"name": "Anna"},)},
        {"personas": ({"name": "Anna", "role_description": " "},)},
        {"personas": ({"name": "Anna", "role_description": "a", "age": "7"},)},
        {"personas": ({"name": "Anna", "role_description": "a"}, {"name": "Anna", "role_description": "b"})},
        {"question_types": {"multi_hop_abstract": 1.0}, "offered_types": ["single_hop_specific"]},
    ],
)
def test_arguments_out_of_range_are_refused_when_the_generator_is_made(options):
    with pytest.raises(ConfigurationError):
        RagasTestsetGenerator(ScriptedModel(), LetterEmbedder(), **options)


def test_the_generator_names_its_versions_and_default_shares():
    generator = RagasTestsetGenerator(
        ScriptedModel(), LetterEmbedder(), question_types={"single_hop_specific": 1.0, "multi_hop_specific": 0.0}
    )
    assert generator.name == "ragas 0.4.3 with scripted"
    assert generator.default_question_types == SINGLE


def test_the_code_version_follows_model_personas_and_shares():
    def code_version(model_name="scripted", **options):
        model = ScriptedModel()
        model.name = model_name
        return RagasTestsetGenerator(model, LetterEmbedder(), **options).code_version

    versions = {
        code_version(),
        code_version("another"),
        code_version(personas=[{"name": "Anna", "role_description": "Ages cheese."}]),
        code_version(question_types=SINGLE),
    }
    assert len(versions) == 4
    assert code_version() == code_version(max_concurrency=3)


def test_the_generator_is_made_and_named_without_importing_ragas():
    code = (
        "import sys; from golden_assets_tests.adapters.ragas.scripted import *;"
        "from golden_assets.adapters.ragas.generator import RagasTestsetGenerator as G;"
        "g = G(ScriptedModel(), LetterEmbedder()); g.name, g.code_version;"
        "assert not {'ragas', 'langchain_core', 'openai', 'markdown_it'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


async def test_nothing_is_sent_anywhere(monkeypatch):
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "none")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    tried = []

    def refuse(self, address):
        tried.append(address)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    testset = await generate(handbook(4), 8)
    assert len(testset.rows) == 8
    assert tried == []


async def test_ragas_makes_no_id_of_this_installation():
    await generate(handbook(2), 2)
    analytics = importlib.import_module("ragas._analytics")
    assert analytics.do_not_track()
    assert analytics.get_userid().startswith("anonymous-")


async def test_chunks_that_resemble_each_other_are_joined_by_what_is_spoken_of_in_like_words():
    sentences = {
        "a": "The FURNACE melts copper for the bells. The HARBOUR freezes every winter.",
        "b": "The ORCHARD yields quinces. The SMITH pours molten copper into bells.",
    }
    texts = {name: f"# {name}\n\n{text} {'It goes on and on. ' * 20}" for name, text in sentences.items()}
    testset = await generate(corpus_of(**texts), 1, types=ABSTRACT)
    assert set(testset.rows[0].user_input.split()[:2]) == {"FURNACE", "SMITH"}
