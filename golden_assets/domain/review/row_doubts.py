"""What casts a doubt on a row: the verdicts that name it as an offender, and the critics that did not pass it."""

import re

from golden_assets.domain.critics.llm_judgements import FINDING_NAMES
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.review.queue import Doubt
from golden_assets.domain.testsets.findings import Finding

_ROW_ID = re.compile(r"\brow-[0-9a-f]{16}\b")
NAMED_BY_A_GATE = 0.3
"""Certainty of a row that a gate names."""


def doubts_of(report: QualityReport | None) -> dict[str, Doubt]:
    """Row id to doubt, for every row that an offender's sentence mentions or a critic did not pass; none without a report.

    That a rule abstained does not raise a doubt: it does so on every answer in words of its own.

    A row is as certain as the least certain thing said against it, halved for each further one.
    """
    reasons: dict[str, list[str]] = {}
    certainty: dict[str, float] = {}
    for finding in filter(_is_objection, report.findings if report else ()):
        reasons.setdefault(finding.row_id, []).append(f"{finding.critic}: {finding.reason}")
        certainty[finding.row_id] = min(certainty.get(finding.row_id, 1.0), finding.score)
    for verdict in report.verdicts if report else ():
        for offender in verdict.offenders:
            for row_id in dict.fromkeys(_ROW_ID.findall(offender)):
                reasons.setdefault(row_id, []).append(f"{verdict.name}: {offender}")
                certainty[row_id] = min(certainty.get(row_id, 1.0), NAMED_BY_A_GATE)
    return {row_id: Doubt(certainty=certainty[row_id] / 2 ** (len(found) - 1), reasons=tuple(found)) for row_id, found in reasons.items()}


def _is_objection(finding: Finding) -> bool:
    return finding.verdict != "abstained" or finding.critic in FINDING_NAMES.values()
