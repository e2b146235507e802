"""The gate on the shares of the question types.

The verdict is on the rows that there are, by their distance from the target: quotas that are met exactly pass at any number of rows. Where
the rows also show what the process that made them does, by the bounds of `equivalence_bounds`, the explanation says so: bounds within the
limit come with a pass and bounds outside it with a failure. Else it says that the point estimate decides, and how many rows would.
"""

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.gate import gate
from golden_assets.domain.quality.measures import TypeMeasures
from golden_assets.domain.statistics.distributions import ALPHA, apportion
from golden_assets.domain.statistics.equivalence_bounds import distance_bounds, rows_to_decide, standing


@gate("post-generation", "report", "max_type_distance", reads=lambda of, limits: (of.measures.types, of.rows, limits))
def question_types_match_target(measures: TypeMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """The shares of the question types are near the target, as near as whole rows allow."""
    limit = thresholds.max_type_distance + measures.nearest_distance
    nearest = apportion(rows, measures.targets)
    off = {name: measures.counts.get(name, 0) for name in nearest | measures.counts}
    return Verdict.of(
        question_types_match_target.spec,
        measures.distance,
        "<=",
        round(limit, 6) if measures.targets else 1.0,
        explanation=_explain_types(measures, rows, thresholds)
        if measures.targets
        else f"No target shares for the {rows} rows: not judged.",
        offenders=[f"{name}: {n} rows for {nearest.get(name, 0)}" for name, n in off.items() if n != nearest.get(name, 0)],
        remedy="Generate again, or ask for shares that the documents support: multi-hop questions need related passages.",
        fingerprint=thresholds.fingerprint,
        n=rows,
        power=measures.power if measures.targets else None,
    )


def _explain_types(measures: TypeMeasures, rows: int, thresholds: Thresholds) -> str:
    limit = round(thresholds.max_type_distance + measures.nearest_distance, 6)
    return _redistributed(measures) + (
        f"The shares of {rows} rows are at a total variation distance of {measures.distance:.3f} from the target; the limit is "
        f"{thresholds.max_type_distance:g} plus {measures.nearest_distance:.3f}, the least possible for whole rows. "
        f"{_certainty(measures, limit)} For comparison: chi-square {measures.chi_square:.2f}, p = {measures.p_value:.3f}, a test that "
        f"notices a drift of {thresholds.max_type_distance:g} with a probability of at least {measures.power:.2f}."
    )


def _redistributed(measures: TypeMeasures) -> str:
    """Which target counts where the documents cannot yield what was asked for; empty where they can."""
    if not measures.asked:
        return ""
    asked, targets = (", ".join(f"{name} {share:.0%}" for name, share in of.items()) for of in (measures.asked, measures.targets))
    return f"Asked for were {asked}; the documents share too few subjects for that, so the target is {targets}. "


def _certainty(measures: TypeMeasures, limit: float) -> str:
    """What the rows show of the process that made them, which the verdict on the rows themselves does not depend on."""
    bounds = distance_bounds(measures.counts, measures.targets)
    found = f"between {bounds.low:.3f} and {bounds.high:.3f} (each bound at {1 - ALPHA:.0%} confidence)"
    stands = standing(bounds, limit)
    if stands != "undecided":
        return f"Rows made this way are shown to be {stands} the limit: {found}."
    enough = rows_to_decide(measures.counts, measures.targets, limit)
    would = f"{enough} rows with these shares would decide" if enough else "no number of rows with these shares would decide"
    return f"Undecided at this number of rows, {found}: the point estimate decides; {would}."
