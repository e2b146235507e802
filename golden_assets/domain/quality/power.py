"""What can be told: the smallest difference that a comparison finds, and the power certificate of a testset of some size.

One formula serves an A/B test that was run and one that is planned: the smallest difference is what is taken for chance, the level's
quantile times the standard error, plus the power's quantile times the standard error under that difference. An A/B test knows its errors;
the certificate assumes them, and solves for the difference or for the rows.

Unpaired, two systems are scored on different rows: the two-proportion z-test with a pooled variance under the hypothesis (Fleiss, Levin
and Paik 2003, sec. 4.2), n = (z_a sqrt(2 p q) + z_b sqrt(p1 q1 + p2 q2))^2 / d^2 rows an arm, p the mean of p1 and p2 = p1 + d.
Paired, both answer the same rows: McNemar's test (Connor 1987), n = (z_a sqrt(s) + z_b sqrt(s - d^2))^2 / d^2, s the share of rows that
only one of them answers rightly. Rows of one document resemble each other, so n rows are worth n / (1 + (m - 1) icc) independent ones
(Kish 1965), m = sum(m_g^2) / n being the rows in the document of an average row. However many rows G documents yield, they are never worth
more than G / icc independent ones: below some number of documents a difference is out of reach.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from math import ceil, fsum, inf, sqrt

from pydantic import Field

from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import counted
from golden_assets.domain.core.verdicts import is_absent
from golden_assets.domain.statistics.distributions import ALPHA, POWER
from golden_assets.domain.testsets.testset import TestsetRow

ACCURACY = 0.8
"""Assumed accuracy of the weaker of two systems."""
DISCORDANCE = 0.15
"""Assumed share of rows that one of two systems gets right and the other wrong, where the difference is not larger by itself."""
CORRELATION = 0.05
"""Assumed correlation within a document (icc) of being answered rightly. An experiment that has been run estimates its error itself."""
TARGET = 0.05
"""The difference, 5 points, that the needed rows are stated for."""


def smallest_difference(chance: float, standard_error: float, degrees: float = inf, power: float = POWER) -> float:
    """The true difference that is found with this probability, where one up to ``chance`` is taken for chance (Bloom 1995).

    ``degrees`` are those of the t distribution, with its normal limit as the default.
    """
    return chance + t_quantile(power, degrees) * standard_error


def t_quantile(probability: float, degrees: float = inf) -> float:
    """The quantile of the t distribution, without degrees that of the normal one."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, probability))


class PowerCertificate(Record):
    """What ``rows`` rows from ``documents`` documents can tell; differences are of accuracies (0.05 is 5 points), None if none can be told.

    ``effective_rows`` is ``rows`` over ``design_effect``. ``paired_rows_needed`` and ``unpaired_rows_needed`` are the rows (an arm) that
    tell ``target``, at as many rows a document as now, for which it takes ``documents_needed``. With the documents there are, ``target`` is
    found with ``target_power``, and takes ``rows_of_these_documents`` spread evenly, None where it is out of reach: with fewer than
    ``least_documents`` no number of rows is enough. Reports of earlier releases lack these four.
    """

    rows: int
    documents: int
    design_effect: float
    effective_rows: float
    paired_difference: float | None
    unpaired_difference: float | None
    paired_rows_needed: int
    unpaired_rows_needed: int
    documents_needed: int | None = Field(None, exclude_if=is_absent)
    least_documents: int | None = Field(None, exclude_if=is_absent)
    rows_of_these_documents: int | None = Field(None, exclude_if=is_absent)
    target_power: float | None = Field(None, exclude_if=is_absent)
    alpha: float = ALPHA
    power: float = POWER
    accuracy: float = ACCURACY
    discordance: float = DISCORDANCE
    correlation: float = CORRELATION
    target: float = TARGET

    @property
    def sentence(self) -> str:
        """The certificate in words."""
        other = "none is" if self.unpaired_difference is None else f"one of {100 * self.unpaired_difference:.1f} points is"
        return (
            f"With {counted(self.rows, 'row')} from {counted(self.documents, 'document')}, {_points(self.paired_difference)} between two "
            f"systems that answer the same rows is detected with {100 * self.power:.0f} % power; on different rows {other}. Detecting "
            f"{100 * self.target:g} points takes {counted(self.paired_rows_needed, 'row')}{self._from_documents}, or "
            f"{self.unpaired_rows_needed} for each system on different rows (alpha {self.alpha:g}).{self._with_these_documents}"
        )

    @property
    def _from_documents(self) -> str:
        return f" from {counted(self.documents_needed, 'document')}" if self.documents_needed else ""

    @property
    def _with_these_documents(self) -> str:
        """What the documents there are can tell of the target."""
        if self.target_power is None or self.least_documents is None:
            return ""
        found = f" These rows detect them with a power of {self.target_power:.2f}"
        if self.target_power >= self.power:
            return f"{found}."
        if self.rows_of_these_documents is None:
            least = f"it takes at least {self.least_documents} documents"
            return f"{found}; no number of rows of {counted(self.documents, 'document')} is enough: {least}."
        return f"{found}; {self.rows_of_these_documents} rows of the same {counted(self.documents, 'document')} would do."


def documents_of(rows: Sequence[TestsetRow]) -> list[str]:
    """The document of each row: the one that it cites first. A row that cites none stands alone."""
    return [row.document_ids[0] if row.contexts else f"\0{position}" for position, row in enumerate(rows)]


def correlation_within(documents: Sequence[str], scores: Sequence[float]) -> float | None:
    """The intraclass correlation of rows' scores within their documents, 0 to 1, by analysis of variance (Donner 1986).

    None where it cannot be known: one document, no document with two rows, or scores that are all equal.
    """
    groups: dict[str, list[float]] = defaultdict(list)
    for document, score in zip(documents, scores, strict=True):
        groups[document].append(score)
    rows, count = len(scores), len(groups)
    if count < 2 or rows == count or min(scores) == max(scores):
        return None
    mean, means = fsum(scores) / rows, {document: fsum(of) / len(of) for document, of in groups.items()}
    between = fsum(len(of) * (means[document] - mean) ** 2 for document, of in groups.items()) / (count - 1)
    within = fsum((score - means[document]) ** 2 for document, of in groups.items() for score in of) / (rows - count)
    size = (rows - fsum(len(of) ** 2 for of in groups.values()) / rows) / (count - 1)
    return max(0.0, (between - within) / (between + (size - 1) * within))


def certify(rows: Sequence[TestsetRow], measured: float | None = None) -> PowerCertificate:
    """The certificate of these rows.

    Args:
        measured: the correlation within documents in an experiment, where there was one. It counts where it is larger than the one
            assumed: few documents measure it poorly.
    """
    correlation = max(CORRELATION, measured or 0.0)
    sizes = list(Counter(documents_of(rows)).values())
    effect = design_effect(sizes, correlation)
    effective = len(rows) / effect
    paired, unpaired = paired_difference(effective), unpaired_difference(effective)
    return PowerCertificate(
        rows=len(rows),
        documents=len(sizes),
        design_effect=round(effect, 6),
        effective_rows=round(effective, 6),
        paired_difference=None if paired is None else round(paired, 6),
        unpaired_difference=None if unpaired is None else round(unpaired, 6),
        paired_rows_needed=ceil(round(paired_rows(TARGET) * effect, 6)),
        unpaired_rows_needed=ceil(round(unpaired_rows(TARGET) * effect, 6)),
        documents_needed=ceil(round(paired_rows(TARGET) * effect * len(sizes) / len(rows), 6)) if rows else None,
        least_documents=int(paired_rows(TARGET) * correlation) + 1,
        rows_of_these_documents=rows_of_documents(len(sizes), TARGET, correlation),
        target_power=round(paired_power(effective, TARGET), 6),
        correlation=correlation,
    )


def rows_of_documents(documents: int, difference: float, correlation: float = CORRELATION) -> int | None:
    """Rows, spread evenly over so many documents, that tell a difference on the same rows; None where no number of them does.

    5 points: 30 documents need 2,043 rows, 50: 839; 23 never tell them.
    """
    independent = paired_rows(difference)
    share = independent * correlation / documents if documents else inf
    return None if share >= 1 else ceil(max(documents, independent * (1 - correlation) / (1 - share)))


def paired_power(rows: float, difference: float, discordance: float = DISCORDANCE, alpha: float = ALPHA) -> float:
    """The probability that this many independent shared rows find a difference (below 1): the inverse of `paired_rows`."""
    from scipy.special import ndtr

    discordance = max(discordance, difference)
    chance = t_quantile(1 - alpha / 2) * sqrt(discordance)
    return float(ndtr((difference * sqrt(rows) - chance) / sqrt(discordance - difference**2)))


def design_effect(sizes: Sequence[int], correlation: float = CORRELATION) -> float:
    """By how much clusters of these sizes inflate the variance of a mean, at least 1; without rows 1."""
    rows = sum(sizes)
    return 1.0 + (sum(size * size for size in sizes) / rows - 1) * correlation if rows else 1.0


def unpaired_rows(difference: float, accuracy: float = ACCURACY, alpha: float = ALPHA, power: float = POWER) -> float:
    """Independent rows an arm that tell ``accuracy`` from ``accuracy + difference``; 80 % from 85 %: 905.

    Both must lie between 0 and 1, and ``difference`` above 0.
    """
    better = accuracy + difference
    mean = (accuracy + better) / 2
    pooled, apart = 2 * mean * (1 - mean), accuracy * (1 - accuracy) + better * (1 - better)
    return _rows(difference, max(0.0, pooled), max(0.0, apart), alpha, power)


def paired_rows(difference: float, discordance: float = DISCORDANCE, alpha: float = ALPHA, power: float = POWER) -> float:
    """Independent rows on which both systems answer that tell ``difference`` (above 0, at most 1); 5 points: 312 at a discordance of
    0.10, 626 at 0.20. A discordance below the difference is raised to it, for it cannot be less.
    """
    discordance = max(discordance, difference)
    return _rows(difference, discordance, discordance - difference**2, alpha, power)


def unpaired_difference(rows: float, accuracy: float = ACCURACY, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """The smallest rise above ``accuracy`` that this many independent rows an arm tell; None when not even a rise to 1 can be told."""
    return _smallest(lambda difference: unpaired_rows(difference, accuracy, alpha, power), rows, 1 - accuracy)


def paired_difference(rows: float, discordance: float = DISCORDANCE, alpha: float = ALPHA, power: float = POWER) -> float | None:
    """The smallest difference that this many independent shared rows tell: 10.7 points at 100, 4.8 at 500; None when none can be told."""
    return _smallest(lambda difference: paired_rows(difference, discordance, alpha, power), rows, 1.0)


def _smallest(needed: Callable[[float], float], rows: float, largest: float) -> float | None:
    """Where ``needed``, which falls, meets ``rows``, by bisection; None when it does not up to ``largest``."""
    if rows <= 0 or needed(largest) > rows:
        return None
    low, high = 0.0, largest
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if needed(middle) <= rows else (middle, high)
    return high


def _rows(difference: float, variance: float, variance_apart: float, alpha: float, power: float) -> float:
    """Rows whose smallest difference this is, by the variances of one row without and with it: errors fall with the root of the rows."""
    return (smallest_difference(t_quantile(1 - alpha / 2) * sqrt(variance), sqrt(variance_apart), power=power) / difference) ** 2


def _points(difference: float | None) -> str:
    return "no difference" if difference is None else f"a difference of {100 * difference:.1f} points"
