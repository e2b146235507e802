"""Alerts, service levels and the overview of a testset."""
