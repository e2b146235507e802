"""All gates, in the order in which they judge: a function with `@gate` in one of these modules is one of them."""

from golden_assets.domain.core.verdicts import GateSpec, Subject
from golden_assets.domain.gates import activation, imported_rows, monitoring, pre_generation, publication
from golden_assets.domain.gates.gate import Gate, gates_in
from golden_assets.domain.gates.post_generation import AFTER_GENERATION

ALL_GATES = (*gates_in(pre_generation), *AFTER_GENERATION, *gates_in(activation, publication))
"""The gates on a version on its way into use, and on the one in use."""
MONITORING_GATES = gates_in(monitoring)
"""The gates on our own operations; nothing waits for them."""
ADMISSION_GATES = gates_in(imported_rows)
"""The gates on rows from outside."""
GATES: dict[str, GateSpec] = {found.spec.name: found.spec for found in ALL_GATES}
"""Every gate on versions by name."""


def gates_on(subject: Subject) -> tuple[Gate[...], ...]:
    """The gates that judge this subject, in their order."""
    return tuple(found for found in (*ALL_GATES, *MONITORING_GATES) if found.spec.subject == subject)
