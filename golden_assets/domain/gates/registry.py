"""All gates, in the order in which they judge."""

from golden_assets.domain.core.verdicts import GateSpec
from golden_assets.domain.gates import activation, pre_generation, publication
from golden_assets.domain.gates.post_generation import AFTER_GENERATION

GATES: dict[str, GateSpec] = {**pre_generation.SPECS, **AFTER_GENERATION, **activation.SPECS, publication.SPEC.name: publication.SPEC}
"""Every gate by name."""
