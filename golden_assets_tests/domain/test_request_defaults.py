import pytest

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.testsets.requests import RequestDefaults, carried_request
from golden_assets.domain.testsets.testset import GenerationRequest
from golden_assets_tests.factories import a_testset, changed

OWN = {"single_hop_specific": 1.0}
EARLIER = GenerationRequest(size=40, seed=7, question_types={"multi_hop_specific": 1.0}, language="german")


def test_a_first_testset_has_twenty_rows_of_the_generators_own_types() -> None:
    asked = RequestDefaults().request(None, None, OWN)
    assert asked == GenerationRequest(size=20, seed=0, question_types=OWN, language="english")
    assert RequestDefaults(max_size=9).request(None, None, OWN).size == 9


def test_what_nobody_names_is_asked_as_it_was_before() -> None:
    assert RequestDefaults().request(None, None, OWN, EARLIER) == EARLIER


def test_what_the_settings_name_counts_more_than_what_was_asked_before() -> None:
    defaults = RequestDefaults(size=7, question_types=OWN, language="french")
    assert defaults.request(None, None, {}, EARLIER) == GenerationRequest(size=7, seed=7, question_types=OWN, language="french")


def test_what_the_run_names_counts_most() -> None:
    asked = RequestDefaults(size=7).request(3, 0, OWN, EARLIER)
    assert (asked.size, asked.seed) == (3, 0)


def test_more_than_the_maximum_is_refused_and_a_lowered_maximum_holds_for_what_was_asked_before() -> None:
    defaults = RequestDefaults(max_size=9)
    with pytest.raises(ConfigurationError, match="10 rows are more than max_size, 9"):
        defaults.request(10, None, OWN)
    assert defaults.request(None, None, OWN, EARLIER).size == 9


def test_shares_of_types_are_carried_over_for_the_same_model_only() -> None:
    testset = changed(a_testset(), request=EARLIER, model="one")
    assert carried_request(testset, "one").question_types == EARLIER.question_types
    assert RequestDefaults().request(None, None, OWN, carried_request(testset, "another")).question_types == OWN
