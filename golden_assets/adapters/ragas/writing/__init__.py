"""Rows are written: slots filled in rounds, settled in order, what failed put down."""
