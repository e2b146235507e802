"""Which rows are to be written, and which stay when documents change."""
