"""The gates. Each function is one: its name is a proposition that holds when it passes, its docstring the sentence that the UI shows.

A module for each thing that is judged; `catalogue` lists all gates. A verdict's ``passed`` is always exactly ``measured comparison
threshold``; where a gate has nothing to judge by (no cost limit, no target shares, too few questions) its limit is waived, and it says so.
"""
