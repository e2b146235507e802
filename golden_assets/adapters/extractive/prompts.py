"""Reading the input back out of a rendered prompt."""

import json
from typing import Any, Final

from golden_assets.domain.core.errors import ModelError

_MARK: Final = "Now perform the same with the following input"


def input_of(prompt: str) -> dict[str, Any]:
    """The JSON object behind the last ``input:`` of a prompt as RAGAS renders it (instruction, examples, input, ``Output:``).

    Raises:
        ModelError: there is none.
    """
    _, mark, tail = prompt.rpartition(_MARK)
    start = tail.find("{")
    try:
        found = json.JSONDecoder(strict=False).raw_decode(tail[start:])[0] if mark and start >= 0 else None
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise ModelError("the prompt holds no input as a JSON object", "use the extractive model with the RAGAS generator only")
    return found
