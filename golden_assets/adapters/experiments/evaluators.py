"""What scores an answer: arithmetic, an embedding model, a function of the user's. `judges` has those that ask a language model."""

import inspect
from typing import Any

from golden_assets.adapters.experiments.daemon_thread import in_thread
from golden_assets.adapters.experiments.functions import fingerprint_of, load_function, parameters_of
from golden_assets.adapters.experiments.task_output import kept_text
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.experiments.experiment import Evaluation, TaskAnswer
from golden_assets.domain.experiments.metrics import METRICS
from golden_assets.domain.ports.models import Embedder
from golden_assets.domain.testsets.testset import TestsetRow

SIMILARITY = "answer_similarity"
OFFERED = ("question", "answer", "reference", "contexts", "reference_contexts")
"""What a function may ask for by the names of its parameters; ``contexts`` are the texts that were retrieved, None when unknown."""


class MetricEvaluator:
    """A score of `golden_assets.domain.experiments.metrics`."""

    is_model = False

    def __init__(self, name: str) -> None:
        self.name = self.fingerprint = name
        self._score = METRICS[name].score

    async def evaluate(self, answer: TaskAnswer, row: TestsetRow) -> Evaluation:
        """The score, or that it does not apply."""
        return Evaluation(name=self.name, score=self._score(answer, row))


class SimilarityEvaluator:
    """Cosine similarity of answer and reference by an embedding model, 0 (unrelated, or no answer) to 1."""

    name = SIMILARITY
    is_model = False

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.fingerprint = f"{SIMILARITY} {embedder.name}"

    async def evaluate(self, answer: TaskAnswer, row: TestsetRow) -> Evaluation:
        """The score; vectors have length 1, so it is their product."""
        if not answer.answer.strip():
            return Evaluation(name=self.name, score=0.0)
        given, wanted = await self._embedder.embed([answer.answer, row.reference])
        product = sum(x * y for x, y in zip(given, wanted, strict=True))
        return Evaluation(name=self.name, score=min(1.0, max(0.0, product)))


class FunctionEvaluator:
    """``package.module:function``, synchronous or not, that takes any of `OFFERED` and returns a number, a truth value, or None.

    Raises:
        ExperimentError: it cannot be imported, or asks for something else.
    """

    is_model = False

    def __init__(self, name: str) -> None:
        self.name = name.rpartition(":")[2]
        self._function = load_function(name)
        self.fingerprint = fingerprint_of(name, self._function)
        parameters = parameters_of(name, self._function)
        self._takes = [p.name for p in parameters if p.name in OFFERED]
        unknown = [p.name for p in parameters if p.name not in OFFERED and p.default is p.empty]
        if unknown:
            raise ExperimentError(f"{name!r} takes {', '.join(unknown)}", f"let it take some of {', '.join(OFFERED)}")

    async def evaluate(self, answer: TaskAnswer, row: TestsetRow) -> Evaluation:
        """The function's result; what it raises, or a result that is not a number, is the score's error."""
        given: dict[str, Any] = {
            "question": row.user_input,
            "answer": answer.answer,
            "reference": row.reference,
            "contexts": None if answer.retrieved is None else [passage.text for passage in answer.retrieved],
            "reference_contexts": [context.text for context in row.contexts],
        }
        try:
            value = await in_thread(self._function, **{name: given[name] for name in self._takes})
            value = await value if inspect.isawaitable(value) else value
            return Evaluation(name=self.name, score=None if value is None else float(value))
        except Exception as error:  # noqa: BLE001 - the user's function may raise anything, and it is kept with the run
            return Evaluation(name=self.name, error=kept_text(f"{type(error).__name__}: {error}"))
