"""The contract of every error: one line, what is wrong and what to do, in one tree."""

import inspect

import pytest

from golden_assets.domain.core import errors
from golden_assets.domain.core.errors import ConfigurationError, GoldenAssetsError, IntegrityError

TREE = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if cls.__module__ == errors.__name__]


@pytest.mark.parametrize("error", TREE, ids=lambda cls: cls.__name__)
def test_every_error_is_one_line_of_problem_and_remedy(error):
    raised = error("size is 0 in the settings", "ask for at least one row")
    assert str(raised) == "size is 0 in the settings: ask for at least one row."
    assert (raised.problem, raised.remedy) == ("size is 0 in the settings", "ask for at least one row")


def test_all_errors_are_in_one_tree_and_drawn_in_the_module():
    assert all(issubclass(error, GoldenAssetsError) for error in TREE)
    for error in TREE:
        assert error.__name__ in (errors.__doc__ or "")
        assert error.__doc__


def test_a_setting_at_fault_exits_with_two_and_anything_else_with_one():
    assert ConfigurationError.exit_status == 2
    assert {error.exit_status for error in TREE if not issubclass(error, ConfigurationError)} == {1}


def test_an_error_without_remedy_cannot_be_raised():
    with pytest.raises(TypeError, match="remedy"):
        IntegrityError("stored rows do not match their hash")
