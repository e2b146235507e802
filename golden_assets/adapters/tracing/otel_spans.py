"""Spans made by OpenTelemetry, as Phoenix wants them: a project, OpenInference's attributes, one trace per run.

A run's trace id, and the id of its first span, follow from the run id. So every process of a run, whether it knows of the others or not,
puts its spans in the same trace and under the same first span; of two such first spans Phoenix keeps the one that came first.
"""

import hashlib
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from openinference.semconv.trace import OpenInferenceSpanKindValues, SpanAttributes
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags
from phoenix.otel import PROJECT_NAME, TracerProvider

from golden_assets.adapters.tracing.exporting import PatientExporter
from golden_assets.adapters.tracing.spans import Kind, Span, Usage, Value

PREFIX = "golden_assets."
EXPORT_EVERY_MS = 1000
MOMENT = 1.5
"""Seconds that the end of a run, or of the process, waits for spans to be taken."""

Clean = Callable[[str], str]


class RunIds(NamedTuple):
    """The trace id and the id of the first span of a run."""

    trace_id: int
    span_id: int

    @classmethod
    def of(cls, run_id: str) -> "RunIds":
        """From the SHA-256 of the run id."""
        digest = hashlib.sha256(f"golden_assets run {run_id}".encode()).digest()
        return cls(int.from_bytes(digest[:16]), int.from_bytes(digest[16:24]))


_next_ids: ContextVar[RunIds | None] = ContextVar("golden_assets_next_ids", default=None)


class RunIdGenerator(IdGenerator):
    """Random ids, but those of the run for its first span."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()

    def generate_span_id(self) -> int:
        """64 bits."""
        ids = _next_ids.get()
        return ids.span_id if ids else self._random.generate_span_id()

    def generate_trace_id(self) -> int:
        """128 bits."""
        ids = _next_ids.get()
        return ids.trace_id if ids else self._random.generate_trace_id()


class OpenSpan:
    """A `Span` over OpenTelemetry's."""

    def __init__(self, inner: trace.Span, clean: Clean, *, content: bool) -> None:
        self._inner = inner
        self._clean = clean
        self._content = content
        self._failed = False

    def set(self, **attributes: Value) -> None:
        """Attributes under our prefix."""
        for name, value in attributes.items():
            if value is not None:
                self._inner.set_attribute(PREFIX + name, self._clean(value) if isinstance(value, str) else value)

    def text(self, *, input: str | None = None, output: str | None = None) -> None:
        """OpenInference's input and output values, when content is traced."""
        for name, text in ((SpanAttributes.INPUT_VALUE, input), (SpanAttributes.OUTPUT_VALUE, output)):
            if text is not None and self._content:
                self._inner.set_attribute(name, self._clean(text))

    def used(self, model: str, usage: Usage) -> None:
        """OpenInference's names, so that Phoenix sums tokens and cost up the tree."""
        prompt = usage.prompt_tokens + usage.embedding_tokens
        self._inner.set_attribute(SpanAttributes.LLM_MODEL_NAME, model)
        self._inner.set_attribute(SpanAttributes.LLM_TOKEN_COUNT_PROMPT, prompt)
        self._inner.set_attribute(SpanAttributes.LLM_TOKEN_COUNT_COMPLETION, usage.completion_tokens)
        self._inner.set_attribute(SpanAttributes.LLM_TOKEN_COUNT_TOTAL, prompt + usage.completion_tokens)
        self._inner.set_attribute(SpanAttributes.LLM_COST_TOTAL, usage.cost_usd)
        self.set(cost_usd=usage.cost_usd)

    def fail(self, error: BaseException) -> None:
        """Record an error. Its words may quote a document, so without content only its type is recorded."""
        self._failed, kind = True, type(error).__name__
        attributes = {"exception.type": kind}
        if self._content:
            told = "".join(traceback.format_exception(error))
            attributes |= {"exception.message": self._clean(str(error)), "exception.stacktrace": self._clean(told)}
        self._inner.add_event("exception", attributes)
        self._inner.set_status(Status(StatusCode.ERROR, f"{kind}: {attributes.get('exception.message', 'see the log')}"))

    def succeed(self) -> None:
        """Nothing went wrong, unless something said that it did."""
        if not self._failed:
            self._inner.set_status(Status(StatusCode.OK))


class PhoenixRecorder:
    """Records spans in a project of Phoenix, in the background.

    Args:
        exporter: how they get there.
        project: the project's name.
        content: whether texts and the words of errors are recorded.
        secrets: are struck out wherever they appear.
    """

    def __init__(self, exporter: PatientExporter, project: str, secrets: frozenset[str], *, content: bool) -> None:
        self._exporter = exporter
        self._content = content
        self._secrets = secrets
        self._processor = BatchSpanProcessor(exporter, max_queue_size=8192, schedule_delay_millis=EXPORT_EVERY_MS)
        self._provider = TracerProvider(
            resource=Resource({PROJECT_NAME: project, SERVICE_NAME: "golden_assets"}),
            id_generator=RunIdGenerator(),
            shutdown_on_exit=False,
            endpoint="http://127.0.0.1/v1/traces",  # of the default processor, which the next line replaces
            protocol="http/protobuf",
            verbose=False,
        )
        self._provider.add_span_processor(self._processor)
        self._tracer = self._provider.get_tracer("golden_assets")

    @contextmanager
    def span(self, name: str, kind: Kind, attributes: Mapping[str, Value], context: Context | None = None) -> Iterator[Span]:
        """A span under the innermost one, or in ``context``."""
        with self._tracer.start_as_current_span(
            name,
            context=context,
            openinference_span_kind=OpenInferenceSpanKindValues(kind),
            record_exception=False,
            set_status_on_exception=False,
        ) as inner:
            _next_ids.set(None)
            made = self._open(inner)
            made.set(**attributes)
            try:
                yield made
            except BaseException as error:
                made.fail(error)
                raise
            made.succeed()

    @contextmanager
    def run_span(self, run_id: str, name: str) -> Iterator[Span]:
        """The first span of the run's trace; sends everything at its end."""
        _next_ids.set(RunIds.of(run_id))
        try:
            with self.span(name, "AGENT", {"run_id": run_id}, context=Context()) as made:
                yield made
        finally:
            self.flush()

    @contextmanager
    def step_span(self, run_id: str, name: str) -> Iterator[Span]:
        """A span under the run's first one."""
        ids = RunIds.of(run_id)
        parent = SpanContext(ids.trace_id, ids.span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
        with self.span(name, "CHAIN", {"run_id": run_id}, trace.set_span_in_context(NonRecordingSpan(parent), Context())) as made:
            yield made

    def current(self) -> Span:
        """The innermost span that is open."""
        return self._open(trace.get_current_span())

    def flush(self) -> None:
        """Send what was recorded, and wait a moment for it."""

        def _send() -> None:
            self._processor.force_flush()
            self._exporter.export(())

        _for_a_moment(_send, MOMENT)

    def close(self) -> None:
        """Send what can be sent in a moment, and stop."""
        self._exporter.hurry()
        self.flush()
        _for_a_moment(self._provider.shutdown, 0.1)

    def _open(self, inner: trace.Span) -> OpenSpan:
        return OpenSpan(inner, self._clean, content=self._content)

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def _for_a_moment(work: Callable[[], object], seconds: float) -> None:
    """Do it, but go on when it takes longer: OpenTelemetry's own time-outs are not kept."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
