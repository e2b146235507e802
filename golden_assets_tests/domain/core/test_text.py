import pytest

from golden_assets.domain.core.text import counted


@pytest.mark.parametrize(("number", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows")])
def test_one_is_singular_and_any_other_number_plural(number: int, words: str) -> None:
    assert counted(number, "row") == words
