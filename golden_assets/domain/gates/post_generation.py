"""The gates after generation, in the order in which they judge: what a version must have on record before it is activated."""

from golden_assets.domain.gates import documents, grounding, question_types, questions, rows
from golden_assets.domain.gates.gate import gates_in

AFTER_GENERATION = gates_in(rows, questions, question_types, documents, grounding)
"""Every gate on a testset; the hints among them hold nothing up."""
