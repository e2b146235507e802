"""Distributions, tests and effect sizes that the measures and gates use."""
