"""Calls of models: what they cost, what may be spent, what a run is expected to cost."""
