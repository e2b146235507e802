"""Whether B scores better than A: estimates, tests and intervals with the source document as the unit, and the bridge between versions.

Questions about one document succeed and fail together, so twenty rows of one document tell less than twenty rows of twenty. Everything
here therefore adds rows up per document first, and takes documents, not rows, for the independent units.
"""
