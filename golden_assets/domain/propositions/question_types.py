"""The gate on the shares of the question types."""

from golden_assets.domain.gates import GateSpec, Thresholds, Verdict
from golden_assets.domain.measures import TypeMeasures
from golden_assets.domain.statistics import apportion


def question_types_match_target(measures: TypeMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """The shares of the question types are near the target, as near as whole rows allow."""
    limit = thresholds.max_type_distance + measures.nearest_distance
    nearest = apportion(rows, measures.targets)
    off = {name: measures.counts.get(name, 0) for name in nearest | measures.counts}
    return Verdict.of(
        SPECS["question_types_match_target"],
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
    return (
        f"The shares of {rows} rows are at a total variation distance of {measures.distance:.3f} from the target; the limit is "
        f"{thresholds.max_type_distance:g} plus {measures.nearest_distance:.3f}, the least possible for whole rows. For comparison: "
        f"chi-square {measures.chi_square:.2f}, p = {measures.p_value:.3f}, a test that notices a drift of "
        f"{thresholds.max_type_distance:g} with a probability of at least {measures.power:.2f}."
    )


SPECS = {spec.name: spec for spec in (GateSpec.of(question_types_match_target, "post-generation", "report"),)}
"""This gate by name."""
