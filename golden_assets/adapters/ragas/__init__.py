"""Testset generation: RAGAS's knowledge graph, transforms and synthesizers under our own driver."""
