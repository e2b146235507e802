"""The gates after generation, in the order in which they judge: what a version must have on record before it is activated."""

from golden_assets.domain.core.verdicts import GateSpec
from golden_assets.domain.critics import verdicts
from golden_assets.domain.propositions import question_types, questions, rows, sources

AFTER_GENERATION: dict[str, GateSpec] = {
    **rows.SPECS,
    **questions.SPECS,
    **question_types.SPECS,
    **sources.SPECS,
    **{spec.name: spec for spec in map(verdicts.spec_of, verdicts.CRITIC_GATES)},
}
"""Every gate on a testset by name; the hints among them hold nothing up."""
