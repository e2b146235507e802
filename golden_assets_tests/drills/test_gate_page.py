"""`docs/gates.md` states what the simulations give: half a minute of them."""

import pytest

from tools.critics_doc import PAGE
from tools.gates_doc import write

pytestmark = pytest.mark.long


def test_the_page_is_what_the_simulations_give() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert write(page) == (page, []), "run `make gates-doc`"
