"""The lineage, in file order: sources, testsets, quality, versions, publishing."""
