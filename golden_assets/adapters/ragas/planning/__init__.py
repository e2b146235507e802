"""Which rows a run writes from which passages: chunks, terms, pairs, personas, candidates."""
