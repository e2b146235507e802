"""Critics: what speaks against a single row. Start at `panel`; what a language model adds, and how much of that counts, is in `testimony`.

Each critic looks at one property and answers with a `Finding`: a score, a verdict, the reason, and the passage it goes by. Those of `panel`
compare words, numbers, negations and names, in English; what they cannot see (a wrong cause in the right words, a synonym) needs a model.
"""
