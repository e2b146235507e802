"""Traces of what the product does, in Arize Phoenix: what is wrapped in `span` is a span once `begin` was called, and costs nothing before.

>>> with span("upload", "TOOL", version="1.2.0") as upload:
...     upload.set(rows=20)

Importing this package imports no OpenTelemetry; `begin` does.
"""

from golden_assets.adapters.tracing.setup import begin, end
from golden_assets.adapters.tracing.spans import (
    Span,
    Value,
    current_trace_id,
    is_tracing,
    note,
    note_usage,
    run_span,
    span,
    step_span,
    traced,
)

__all__ = [
    "Span",
    "Value",
    "begin",
    "current_trace_id",
    "end",
    "is_tracing",
    "note",
    "note_usage",
    "run_span",
    "span",
    "step_span",
    "traced",
]
