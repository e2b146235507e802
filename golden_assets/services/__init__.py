"""The use cases, each a function or a small class over ports: they know no adapter and no Dagster."""
