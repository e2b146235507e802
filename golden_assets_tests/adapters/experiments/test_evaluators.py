"""Evaluators that compute, that call a function, and that ask a model."""

from typing import Any

import pytest

from golden_assets.adapters.experiments.evaluators import FunctionEvaluator, MetricEvaluator, SimilarityEvaluator
from golden_assets.adapters.experiments.judges import JudgeEvaluator, Verdict
from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets.domain.core.errors import (
    BudgetExceededError,
    ExperimentError,
    GoldenAssetsError,
    ModelAuthenticationError,
    ModelError,
    ModelUnavailableError,
    UnanswerableError,
)
from golden_assets.domain.experiments.experiment import Evaluation, Retrieved, TaskAnswer
from golden_assets.domain.testsets.testset import TokenUsage
from golden_assets_tests.factories import a_row

HERE = "golden_assets_tests.adapters.experiments.tasks_for_tests"
ROW = a_row(user_input="How hot is the oven?", reference="The oven bakes at 240 degrees.")
PASSAGES = (Retrieved(text="The oven bakes bread at 240 degrees."), Retrieved(document_id="pump.md"))
ANSWER = TaskAnswer(answer="It bakes at 240 degrees.", retrieved=PASSAGES)


class Judge:
    """A chat model that has made up its mind, or fails."""

    name = version = "judge"
    usage = TokenUsage()

    def __init__(self, verdict: Verdict | GoldenAssetsError) -> None:
        self.verdict = verdict
        self.asked: list[tuple[str, str]] = []

    async def complete(self, prompt: str, schema: Any, *, purpose: str) -> Any:
        self.asked.append((prompt, purpose))
        if isinstance(self.verdict, GoldenAssetsError):
            raise self.verdict
        return self.verdict


async def score(evaluator: Any, answer: TaskAnswer = ANSWER) -> float | None:
    evaluation = await evaluator.evaluate(answer, ROW)
    assert evaluation.error is None
    return evaluation.score


async def test_scores_by_arithmetic_are_those_of_the_domain():
    assert await score(MetricEvaluator("exact_match")) == 0
    assert await score(MetricEvaluator("token_f1")) == pytest.approx(0.8)
    assert await score(MetricEvaluator("hit_rate"), TaskAnswer(answer="x")) is None


async def test_similarity_is_high_for_a_paraphrase_and_low_for_something_else():
    evaluator = SimilarityEvaluator(MiniLMEmbedder())
    near = await score(evaluator)
    far = await score(evaluator, TaskAnswer(answer="Invoices are sent by post."))
    assert near is not None
    assert far is not None
    assert near > 0.7 > 0.3 > far >= 0
    assert await score(evaluator, TaskAnswer(answer=ROW.reference)) == pytest.approx(1)
    assert await score(evaluator, TaskAnswer(answer="  ")) == 0


async def test_a_function_scores_with_what_it_asks_for():
    assert await score(FunctionEvaluator(f"{HERE}:length_ratio")) == pytest.approx(24 / 30)
    assert await score(FunctionEvaluator(f"{HERE}:is_short")) == 1
    assert await score(FunctionEvaluator(f"{HERE}:undecided"), TaskAnswer(answer="x")) is None
    assert FunctionEvaluator(f"{HERE}:length_ratio").name == "length_ratio"


async def test_a_function_that_fails_is_the_scores_error():
    evaluation = await FunctionEvaluator(f"{HERE}:fails").evaluate(ANSWER, ROW)
    assert (evaluation.score, evaluation.error) == (None, "ValueError: no idea\N{REPLACEMENT CHARACTER}")
    unreadable = await FunctionEvaluator(f"{HERE}:echo").evaluate(ANSWER, ROW)
    assert unreadable.error is not None
    assert unreadable.error.startswith("ValueError: could not convert")


def test_a_function_that_asks_for_something_unknown_is_refused():
    with pytest.raises(ExperimentError, match="takes temperature: let it take some of question, answer, reference"):
        FunctionEvaluator(f"{HERE}:takes_too_much")


async def test_a_judge_sees_question_reference_and_answer_and_gives_a_reason():
    judge = Judge(Verdict(reason="It says so.", grade="partly"))
    evaluator = JudgeEvaluator("correctness", judge)
    assert evaluator.is_model
    assert await evaluator.evaluate(ANSWER, ROW) == Evaluation(name="correctness", score=0.5, explanation="It says so.")
    ((prompt, purpose),) = judge.asked
    assert all(text in prompt for text in (ROW.user_input, ROW.reference, ANSWER.answer))
    assert purpose == "judge:correctness"


async def test_groundedness_is_judged_by_what_was_retrieved_alone_and_not_without_it():
    judge = Judge(Verdict(reason="Yes.", grade="correct"))
    assert await score(JudgeEvaluator("groundedness", judge)) == 1
    ((prompt, _),) = judge.asked
    assert PASSAGES[0].text in prompt
    assert ROW.reference not in prompt
    assert await score(JudgeEvaluator("groundedness", judge), TaskAnswer(answer="x", retrieved=PASSAGES[1:])) is None
    assert len(judge.asked) == 1


@pytest.mark.parametrize("error", [ModelError, UnanswerableError])
async def test_a_judgement_that_failed_is_the_scores_error(error: type[GoldenAssetsError]):
    evaluation = await JudgeEvaluator("correctness", Judge(error("no answer", "ask again"))).evaluate(ANSWER, ROW)
    assert evaluation == Evaluation(name="correctness", error="no answer: ask again.")


@pytest.mark.parametrize("error", [ModelAuthenticationError, ModelUnavailableError, BudgetExceededError])
async def test_what_makes_every_further_judgement_useless_ends_the_experiment(error: type[GoldenAssetsError]):
    with pytest.raises(error):
        await JudgeEvaluator("correctness", Judge(error("no more", "later"))).evaluate(ANSWER, ROW)
