import pytest

from golden_assets.domain.errors import ConfigurationError
from golden_assets.domain.sizes import Sizes


def test_the_size_is_the_one_asked_for_or_the_default() -> None:
    assert (Sizes(default=7).choose(None), Sizes(default=7).choose(3), Sizes(maximum=9).choose(9)) == (7, 3, 9)


def test_more_than_the_maximum_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="10 rows are more than max_size, 9"):
        Sizes(maximum=9).choose(10)
