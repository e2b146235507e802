"""RAGAS as a library: late import, overridden parts, calls in order of priority."""
