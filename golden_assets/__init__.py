"""golden_assets: golden testsets for RAG evaluation as gated, versioned, software-defined Dagster assets."""
