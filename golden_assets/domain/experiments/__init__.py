"""Experiments on a RAG, and how two of them are compared."""
