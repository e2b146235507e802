"""The gates on the rows by themselves: enough of them, each complete, and multi-hop only in more than name.

The passages of a multi-hop row are counted. Whether one of them gives the answer alone is for a critic to say, which errs: as many of its
rejections pass as its errors explain (`rejection_allowance`), by the languages of the rows, but none beside a row that cites too few
passages.
"""

from collections.abc import Mapping
from math import ceil

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.critics.rates import rates_for
from golden_assets.domain.gates.gate import gate
from golden_assets.domain.statistics.rejection_allowance import allowed_rejections, rejection_power
from golden_assets.domain.testsets.row_checks import RowMeasures
from golden_assets.domain.testsets.testset import Testset


@gate("post-generation", "testset", "min_rows", "min_row_share", reads=lambda of, limits: (of.testset, limits))
def testset_is_large_enough(testset: Testset, thresholds: Thresholds) -> Verdict:
    """Nearly as many rows were written as were asked for."""
    rows, asked = len(testset.generated_rows), testset.request.size
    needed = max(thresholds.min_rows, ceil(round(thresholds.min_row_share * asked, 9)))
    return Verdict.of(
        testset_is_large_enough.spec,
        rows,
        ">=",
        needed,
        explanation=f"{rows} of the {asked} rows asked for were written, and {needed} are needed.",
        offenders=[f"{failure.subject}: {failure.reason}" for failure in testset.failures],
        remedy="Ask for fewer rows, or add documents with more prose.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


@gate("post-generation", "testset", reads=lambda of, limits: (of.measures, len(of.testset.rows), limits))
def rows_are_complete(measures: RowMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """Every row has a real question, a reference answer of its own, and at least one cited passage."""
    return Verdict.of(
        rows_are_complete.spec,
        measures.incomplete,
        "==",
        0,
        explanation=f"{measures.incomplete} of {rows} rows are incomplete.",
        offenders=measures.faults,
        remedy="Generate these rows again; if the fault comes back, look at the passage that they cite.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


@gate("post-generation", "testset", "critic_false_rejects", "critic_recall", reads=lambda of, limits: (of.measures, limits, of.languages))
def hops_are_real(measures: RowMeasures, thresholds: Thresholds, languages: Mapping[str, int] | None = None) -> Verdict:
    """Every multi-hop question cites at least two different passages, and takes more than one of them to answer."""
    rows, false, plain = measures.multi_hop, len(measures.false_hops), measures.indistinct_hops
    rates = rates_for(hops_are_real.__name__, thresholds, languages)
    allowed = 0 if plain else allowed_rejections(rows, rates.false_rejects)
    power = rejection_power(rows, allowed, rates.recall, rates.false_rejects)
    return Verdict.of(
        hops_are_real.spec,
        false,
        "<=",
        allowed,
        explanation=f"{plain} of {rows} multi-hop rows cite fewer than two different passages, {false - plain} one that answers alone; "
        f"up to {allowed} may be rejected, since the critic rejects {rates.false_rejects:.1%} of sound rows, too. {rates.basis} If "
        f"one row in ten were bad, this gate would fail with a probability of {power:.2f}.",
        offenders=measures.false_hops,
        remedy="Generate these rows again, or ask for a smaller share of multi-hop questions: the documents may not support more.",
        fingerprint=thresholds.fingerprint,
        n=rows,
        power=round(power, 6),
    )
