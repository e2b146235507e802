"""Critics that need an embedder or a language model (port `RowCritic`)."""
