import pytest

from golden_assets.domain.errors import ConfigurationError
from golden_assets.domain.requests import RequestDefaults


def test_the_size_is_the_one_asked_for_or_the_default() -> None:
    defaults = RequestDefaults(size=7, max_size=9)
    assert [defaults.choose_size(asked) for asked in (None, 3, 9)] == [7, 3, 9]


def test_more_than_the_maximum_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="10 rows are more than max_size, 9"):
        RequestDefaults(max_size=9).choose_size(10)


def test_the_shares_of_the_generator_hold_where_none_are_configured() -> None:
    own = {"single_hop_specific": 1.0}
    configured = {"multi_hop_specific": 0.5, "multi_hop_abstract": 0.5}
    assert RequestDefaults().request(None, 3, own).question_types == own
    asked = RequestDefaults(question_types=configured, language="german").request(4, 3, own)
    assert (asked.size, asked.seed, asked.question_types, asked.language) == (4, 3, configured, "german")
