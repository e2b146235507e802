"""Sending spans to a Phoenix that may still be starting, may be gone for a while, or may never come.

What cannot be sent is kept, up to a bound, and sent with what comes next. Sending again is harmless: Phoenix knows a span by its id.
"""

import logging
import threading
from collections import deque
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import requests
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

MAX_KEPT = 20_000
"""Spans, some kilobytes each at most; the oldest go first."""
BATCH = 512
SECONDS = 5.0
"""For one request while there is time."""
LAST_SECONDS = 1.0
"""For each request once the process is ending."""

logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)  # a Phoenix that is starting is not news
logging.getLogger("opentelemetry.sdk.trace").setLevel(logging.ERROR)


class PatientExporter(SpanExporter):
    """Exports through OTLP over HTTP.

    Args:
        endpoint: where spans are posted to, with its path.
        headers: sent with each request.
        ca_file: certificates to trust in place of the usual ones.
        use_proxies: whether the proxies of the environment apply.
    """

    def __init__(self, endpoint: str, headers: dict[str, str], ca_file: Path | None, *, use_proxies: bool) -> None:
        session = requests.Session()
        session.trust_env = use_proxies
        ca = str(ca_file) if ca_file else None  # the exporter overwrites what the session trusts
        self._steady = OTLPSpanExporter(endpoint=endpoint, headers=headers, certificate_file=ca, timeout=SECONDS, session=session)
        self._hasty = OTLPSpanExporter(endpoint=endpoint, headers=headers, certificate_file=ca, timeout=LAST_SECONDS, session=session)
        self._hurries = False
        self._sending = threading.Lock()
        self._kept: deque[ReadableSpan] = deque(maxlen=MAX_KEPT)

    def hurry(self) -> None:
        """From now on a request that takes long is given up."""
        self._hurries = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send these and what was kept."""
        with self._sending:
            self._kept.extend(spans)
            while self._kept:
                batch = list(islice(self._kept, BATCH))
                sender = self._hasty if self._hurries else self._steady
                if sender.export(batch) is not SpanExportResult.SUCCESS:
                    return SpanExportResult.FAILURE
                for _ in batch:
                    self._kept.popleft()
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Close the connections."""
        self._steady.shutdown()  # type: ignore[no-untyped-call]
        self._hasty.shutdown()  # type: ignore[no-untyped-call]
