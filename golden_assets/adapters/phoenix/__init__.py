"""Versions as datasets in Arize Phoenix."""
