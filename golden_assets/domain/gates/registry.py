"""All gates, in the order in which they judge. A new one is a function with `gate` in one of these modules, and nothing else."""

from golden_assets.domain.core.verdicts import GateSpec, gates_in
from golden_assets.domain.gates import activation, pre_generation, publication
from golden_assets.domain.gates.post_generation import AFTER_GENERATION

REGISTRY = {**gates_in(pre_generation), **AFTER_GENERATION, **gates_in(activation), **gates_in(publication)}
"""Every gate by name. Those of `monitoring` and `imported_rows` judge something else than a testset on its way, and are not among them."""
GATES: dict[str, GateSpec] = {name: one.spec for name, one in REGISTRY.items()}
"""What is known of each before it judges."""
