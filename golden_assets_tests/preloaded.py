"""What a `golden-assets` command loads, loaded once by the server that forks the commands of the tests: two seconds and more for each."""

import importlib
import pkgutil

import golden_assets
from golden_assets.adapters.ragas.client.lazy_import import import_toolkit

LATE = (
    *("alembic.command", "dagster_postgres.event_log", "dagster_postgres.run_storage", "dagster_postgres.schedule_storage"),
    *("lemminflect", "onnxruntime", "openai", "openinference.semconv.trace", "opentelemetry.exporter.otlp.proto.http.trace_exporter"),
    *("phoenix.client", "phoenix.otel", "py3langid", "pytest", "scipy.special", "scipy.stats", "tokenizers"),
)
"""What the product imports only when it needs it."""
PROGRAMS = ("golden_assets._bundled", "golden_assets.embedded.phoenix_serve")
"""What is no module of this process."""

for module in pkgutil.walk_packages(golden_assets.__path__, "golden_assets."):
    if not module.name.startswith(PROGRAMS) and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
for name in LATE:
    importlib.import_module(name)
import_toolkit()
