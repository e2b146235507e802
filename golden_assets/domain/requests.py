"""Requests that contradict themselves, or the limits that their answer will be held against."""

from golden_assets.domain.gates import Thresholds
from golden_assets.domain.testsets import GenerationRequest


def request_checks(request: GenerationRequest, thresholds: Thresholds) -> tuple[tuple[str, bool], ...]:
    """What can make a request impossible to answer well, each as a clause, and whether it is the case."""
    shares = request.question_types.values()
    return (
        (f"size {request.size} is below min_rows {thresholds.min_rows}, so no answer is large enough", request.size < thresholds.min_rows),
        ("question_types names no type", not shares),
        ("question_types has a negative share", any(share < 0 for share in shares)),
        (f"the shares of question_types sum to {sum(shares):g}, not to 1", bool(shares) and abs(sum(shares) - 1) > 1e-6),
        ("language is empty", not request.language.strip()),
    )
