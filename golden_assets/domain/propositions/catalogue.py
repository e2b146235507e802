"""All gates, in the order in which they judge."""

from golden_assets.domain import publication
from golden_assets.domain.core.verdicts import GateSpec
from golden_assets.domain.propositions import activation, beforehand
from golden_assets.domain.propositions.generation import AFTER_GENERATION

GATES: dict[str, GateSpec] = {**beforehand.SPECS, **AFTER_GENERATION, **activation.SPECS, publication.SPEC.name: publication.SPEC}
"""Every gate by name."""
