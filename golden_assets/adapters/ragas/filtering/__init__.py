"""Which drafts become rows: what critics say, and what is there already."""
