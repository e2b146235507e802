"""Gates: what is known of one before it judges (`GateSpec`), and what it says (`Verdict`)."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import ConfigDict, Field

from golden_assets.domain.core.records import Record

Stage = Literal["pre-generation", "post-generation", "pre-activation", "post-activation"]
Subject = Literal["documents", "testset", "report", "version", "approval", "active", "publication", "operations"]
Comparison = Literal[">=", "<=", "=="]
Outcome = Literal["passed", "not judged", "warning", "FAILED"]
MAX_OFFENDERS = 20


def is_absent(value: object) -> bool:
    """Whether an optional field has no value; it is then left out of what is stored and hashed."""
    return value is None or value is False


def is_true(value: object) -> bool:
    """Whether a field has the value that it has almost always; it is then left out of what is stored and hashed."""
    return value is True


class Verdict(Record):
    """The outcome of one gate.

    ``name`` is a proposition that is true when the gate passed. ``measured`` and ``threshold`` are numbers of the same unit, and
    ``comparison`` is how they must stand. ``offenders`` names at most `MAX_OFFENDERS` culprits of ``offender_count``. ``n`` is how many
    things were judged (absent from some verdicts of earlier releases), ``is_hint`` that it warns and holds nothing up;
    ``is_judged`` is False where nothing could tell: such a verdict holds nothing up either (``passed`` is True), and `outcome` never calls
    it passed; ``power``, where a statistical test stands beside the gate, the least chance that it notices what the gate is for.

    Raises:
        ValidationError: a number that is not finite: it cannot be compared with a threshold.
    """

    model_config = ConfigDict(allow_inf_nan=False)

    name: str
    stage: Stage
    passed: bool
    measured: float
    comparison: Comparison
    threshold: float
    explanation: str
    offenders: tuple[str, ...] = ()
    offender_count: int = 0
    thresholds_fingerprint: str
    remedy: str
    n: int | None = Field(None, exclude_if=is_absent)
    power: float | None = Field(None, exclude_if=is_absent)
    is_hint: bool = Field(False, exclude_if=is_absent)
    is_judged: bool = Field(True, exclude_if=is_true)

    @property
    def outcome(self) -> Outcome:
        """The verdict in a word or two, as it is shown everywhere."""
        if not self.is_judged:
            return "not judged"
        return "passed" if self.passed else "warning" if self.is_hint else "FAILED"

    @property
    def score(self) -> float:
        """1 when it passed; else how near it came, 0 to 1: by the ratio to the threshold, or by the share of ``n`` without fault. Means
        leave out what was not judged.
        """
        if self.passed:
            return 1.0
        if self.comparison == "==":
            return max(0.0, 1 - self.measured / self.n) if self.n else 0.0
        low, high = sorted((self.measured, self.threshold))
        return max(0.0, low / high) if high > 0 else 0.0

    @classmethod
    def of(
        cls,
        gate: "GateSpec",
        measured: float,
        comparison: Comparison,
        threshold: float,
        *,
        explanation: str,
        remedy: str,
        fingerprint: str,
        n: int,
        offenders: Sequence[str] = (),
        power: float | None = None,
        is_judged: bool = True,
    ) -> Self:
        """Judge: ``passed`` is whether ``measured comparison threshold`` holds, and offenders beyond `MAX_OFFENDERS` are only counted. What
        is not judged says so in its explanation.
        """
        return cls(
            name=gate.name,
            stage=gate.stage,
            passed=holds(measured, comparison, threshold),
            measured=measured,
            comparison=comparison,
            threshold=threshold,
            explanation=explanation if is_judged else f"Not judged: {explanation}",
            offenders=tuple(offenders[:MAX_OFFENDERS]),
            offender_count=len(offenders),
            thresholds_fingerprint=fingerprint,
            remedy=remedy,
            n=n,
            is_hint=gate.is_hint,
            power=power,
            is_judged=is_judged,
        )


class GateSpec(Record):
    """What is known of a gate before it judges: its name, when and on what it judges, and the sentence that the UI shows."""

    name: str
    stage: Stage
    subject: Subject
    description: str
    is_hint: bool = False
    limits: tuple[str, ...] = ()
    """The fields of `Thresholds` that it goes by."""


def holds(measured: float, comparison: Comparison, threshold: float) -> bool:
    """Whether ``measured comparison threshold`` is true; numbers are compared to 6 decimals, as they are recorded."""
    difference = round(measured - threshold, 6)
    return {">=": difference >= 0, "<=": difference <= 0, "==": difference == 0}[comparison]
