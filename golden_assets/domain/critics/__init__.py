"""Critics: what speaks against a single row, found without a model. Start at `panel`.

Each critic looks at one property and answers with a `Finding`: a score, a verdict, the reason, and the passage it goes by. They compare
words, numbers, negations and names, in English; what they cannot see (a wrong cause in the right words, a synonym) needs a model.
"""
