"""Every setting in force with its origin, and everything that is wrong with the configuration as a whole; neither shows a secret."""

from typing import NamedTuple

from pydantic import ValidationError

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.settings.loader import Origin, gather, unknown_variables
from golden_assets.settings.setting_reference import Setting, shown
from golden_assets.settings.settings import Settings, all_testsets, load_settings


class Explained(NamedTuple):
    """A setting, its value for people, and where that comes from."""

    setting: Setting
    value: object
    origin: Origin


def explain(testset: str | None = None) -> list[Explained]:
    """Every setting of a testset. Raises `ConfigurationError` when something is wrong."""
    found, settings = gather(Settings, testset), load_settings(testset)
    return [
        Explained(setting, shown(setting, _value(settings, setting.name)), found.origin(setting.name))
        for setting in found.settings.values()
    ]


def find_problems() -> list[str]:
    """Everything that is wrong, for any testset, each by its place; empty when all is well."""
    problems: list[str] = []
    try:
        for testset in dict.fromkeys([None, *all_testsets()]):
            found = gather(Settings, testset)
            problems += found.problems
            try:
                Settings(**found.values)
            except ValidationError as error:
                problems += found.problems_of(error)
        problems += unknown_variables(found.settings)
    except ConfigurationError as error:
        problems += error.problems
    return list(dict.fromkeys(problems))


def _value(settings: Settings, name: str) -> object:
    value: object = settings
    for part in name.split("."):
        value = getattr(value, part)
    return value
