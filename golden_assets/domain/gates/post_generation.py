"""The gates after generation, in the order in which they judge: what a version must have on record before it is activated."""

from golden_assets.domain.core.verdicts import GateSpec
from golden_assets.domain.gates import documents, grounding, question_types, questions, rows

AFTER_GENERATION: dict[str, GateSpec] = {
    **rows.SPECS,
    **questions.SPECS,
    **question_types.SPECS,
    **documents.SPECS,
    **{spec.name: spec for spec in map(grounding.spec_of, grounding.CRITIC_GATES)},
}
"""Every gate on a testset by name; the hints among them hold nothing up."""
