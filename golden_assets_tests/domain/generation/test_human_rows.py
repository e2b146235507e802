"""Human-written rows: where they stand, what they push out, and how the gates look at them."""

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.gates import rows as row_gates
from golden_assets.domain.generation.human_rows import homeless_seeds, place_seeds, without_seeds
from golden_assets.domain.quality.coverage import measure_coverage
from golden_assets.domain.quality.measures import measure_quality
from golden_assets.domain.testsets.freshness import classify_rows
from golden_assets.domain.testsets.provenance import loose_context
from golden_assets.domain.testsets.row_checks import context_is_verbatim, measure_grounding, measure_rows
from golden_assets.domain.testsets.testset import HUMAN, UNKNOWN, TestsetRow
from golden_assets_tests.factories import TARGETS, a_corpus, a_row, a_sentence, a_testset, rows_on, vectors_for

CORPUS = a_corpus()


def a_seed(question: str = "What did a person ask here?", *passages: str, **changes) -> TestsetRow:
    contexts = tuple(loose_context(text) for text in passages)
    return a_row(**{"user_input": question, "contexts": contexts, "synthesizer_name": HUMAN, "model": HUMAN} | changes)


def test_a_passage_is_cited_where_it_stands():
    (row,) = place_seeds([a_seed("Where?", a_sentence(9))], CORPUS)
    (context,) = row.contexts
    assert context.document_id == "doc-01.md"
    assert context_is_verbatim(context, CORPUS)
    assert context == rows_on(CORPUS, 6)[5].contexts[0]
    assert homeless_seeds([row]) == ()


def test_a_passage_that_stands_in_several_documents_is_cited_from_the_first():
    twice = Corpus(source="t", documents=(Document.of("b.md", "One fact is told."), Document.of("a.md", "New. One fact is told.")))
    (row,) = place_seeds([a_seed("Where?", "One fact is told.")], twice)
    assert row.contexts[0].document_id == "a.md"


def test_a_passage_that_stands_nowhere_has_no_place_and_is_reported():
    seeds = place_seeds([a_seed("Where?", a_sentence(0)), a_seed("And what of this?", "It stands nowhere.")], CORPUS)
    assert seeds[1].contexts == (loose_context("It stands nowhere."),)
    (failure,) = homeless_seeds(seeds)
    assert failure.subject == "human row 2"
    assert "And what of this?" in failure.reason


def test_a_place_that_was_true_of_other_documents_is_forgotten():
    (placed,) = place_seeds([a_seed("Where?", a_sentence(0))], CORPUS)
    (again,) = place_seeds([placed], Corpus(source="t", documents=(Document.of("other.md", "Nothing of that."),)))
    assert again.contexts[0].document_id == UNKNOWN
    assert again.row_hash == placed.row_hash


def test_generated_rows_that_ask_what_a_person_asks_are_not_gone_on_from():
    rows = rows_on(CORPUS, 6)
    testset = a_testset((*rows, a_seed("An earlier human question?")), CORPUS)
    seeds = [a_seed(rows[2].user_input.upper()), a_seed("Something else entirely, is it not?")]
    assert without_seeds(testset, seeds, 90).rows == (*rows[:2], *rows[3:])
    assert without_seeds(testset, [], 90).rows == rows


def test_what_asks_the_same_as_a_person_does_follows_the_limit_of_the_gate():
    rows = rows_on(CORPUS, 6)
    seed = a_seed(rows[2].user_input.replace("?", ", then?"))
    assert without_seeds(a_testset(rows, CORPUS), [seed], 99).rows == rows
    assert without_seeds(a_testset(rows, CORPUS), [seed], 80).rows == (*rows[:2], *rows[3:])


def test_a_human_row_without_a_passage_or_with_one_of_no_document_is_complete_and_not_astray():
    rows = (a_seed(), a_seed("And what of this?", "It stands nowhere."))
    assert measure_rows(rows).incomplete == 0
    assert measure_grounding(rows, CORPUS).astray == ()
    assert measure_rows((a_row(contexts=()),)).incomplete == 1
    assert len(measure_grounding((a_row(contexts=(loose_context("Nowhere."),)),), CORPUS).astray) == 1


def test_a_human_row_is_stale_only_when_a_passage_is_gone_that_was_there():
    placed = place_seeds(
        [a_seed("Where?", a_sentence(0)), a_seed("And what of this?", "It stands nowhere."), a_seed("Nothing at all?")], CORPUS
    )
    edited = Corpus(source="t", documents=(Document.of("doc-00.md", "Quite another text."), *CORPUS.documents[1:]))
    assert [item.state for item in classify_rows(placed, CORPUS)] == ["fresh", "fresh", "fresh"]
    assert [item.state for item in classify_rows(placed, edited)] == ["stale", "fresh", "fresh"]


def test_human_rows_that_cite_no_document_are_not_held_against_the_coverage():
    seeds = tuple(a_seed(f"Human question number {n} of some?") for n in range(4))
    coverage = measure_coverage((*rows_on(CORPUS, 2), *seeds), CORPUS, 1)
    assert (coverage.achievable_share, coverage.cited) == (1, 2)
    assert a_testset((*rows_on(CORPUS, 2), a_seed("And this?", "Nowhere.")), CORPUS).document_ids == {"doc-00.md", "doc-01.md"}


def test_size_and_question_types_are_those_of_the_generated_rows():
    seeds = [a_seed(f"Human question number {n} of some?", question_type="multi_hop_abstract") for n in range(12)]
    testset = a_testset((*rows_on(CORPUS, 8), *seeds), CORPUS)
    testset = testset.model_copy(update={"request": testset.request.model_copy(update={"size": 16, "question_types": TARGETS})})
    assert not row_gates.testset_is_large_enough(testset, Thresholds()).passed
    types = measure_quality(testset, CORPUS, vectors_for(testset), Thresholds()).types
    assert sum(types.counts.values()) == 8
    assert types.distance == 0
