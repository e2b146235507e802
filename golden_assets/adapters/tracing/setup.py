"""Whether spans are recorded in this process, and where they go."""

import atexit
import os

from golden_assets.adapters.tracing import spans
from golden_assets.settings.settings import Settings

COLLECTOR = "/v1/traces"


def begin(settings: Settings, phoenix: str | None) -> bool:
    """Record spans from now on, and send them to ``phoenix``; whether that is so.

    ``phoenix`` is the address of a server that the user named, or that runs on this machine; None, or tracing switched off in the settings,
    records nothing. A process records to the server that it was told first. Takes 0.3 s the first time, for OpenTelemetry's imports.
    """
    if phoenix is None or not settings.tracing or spans.is_tracing():
        return spans.is_tracing()
    os.environ.setdefault("PHOENIX_DISCOVER_CONFIG", "false")  # no configuration file from some folder further up
    from golden_assets.adapters.phoenix.reachability import is_on_this_machine
    from golden_assets.adapters.tracing.exporting import PatientExporter
    from golden_assets.adapters.tracing.otel_spans import PhoenixRecorder

    key = settings.phoenix_api_key.get_secret_value() if settings.phoenix_api_key else None
    exporter = PatientExporter(
        phoenix.rstrip("/").removesuffix(COLLECTOR) + COLLECTOR,
        {"authorization": f"Bearer {key}"} if key else {},
        settings.phoenix_ca_file,
        use_proxies=not is_on_this_machine(phoenix),
    )
    recorder = PhoenixRecorder(exporter, settings.trace_project, settings.secrets, content=settings.trace_content)
    spans.record_with(recorder)
    atexit.register(end)
    return True


def end() -> None:
    """Record nothing more; what was recorded is sent if that takes no longer than a moment."""
    recorder = spans.record_with(None)
    if recorder is not None:
        recorder.close()
    atexit.unregister(end)
