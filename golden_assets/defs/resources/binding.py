"""A resource that is a part of the application of one testset."""

import logging
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

import dagster as dg

from golden_assets.application import Application
from golden_assets.settings.settings import Settings, load_settings

logger = logging.getLogger(__name__)
Port = TypeVar("Port")


class _Run(NamedTuple):
    """The run that was served last, with the settings under which its application was made."""

    run_id: str
    settings: Settings
    application: Application


_last: dict[str | None, _Run] = {}
"""By testset. The steps of a run share one application, with one connection to the ledger and one look at the schema."""


def application_for(testset: str | None, context: dg.InitResourceContext) -> Application:
    """The application of a testset under the settings as they are now: the same one within a run, a new one for each tick of a sensor."""
    settings, last = load_settings(testset), _last.get(testset)
    if last and last.run_id == context.run_id and last.settings == settings:
        return last.application
    application = Application(settings, run_id=context.run_id, warn=context.log.warning if context.log else logger.warning)
    if context.run_id:
        _last[testset] = _Run(context.run_id, settings, application)
    return application


class BoundResource(dg.ConfigurableResource[Port]):
    """A resource made from the settings of one testset; the name is not a field, which the launchpad could change."""

    testset: ClassVar[str | None] = None
    part: ClassVar[str] = ""
    """The part of the `Application` that it hands out."""

    @classmethod
    def of(cls, testset: str | None) -> Self:
        """The resource for a testset, or for the default one."""
        bound: type[Self] = type(cls.__name__, (cls,), {"testset": testset, "__doc__": cls.__doc__, "__module__": cls.__module__})
        return bound()

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return load_settings(self.testset)

    def create_resource(self, context: dg.InitResourceContext) -> Port:
        """The part of the application."""
        part: Any = getattr(application_for(self.testset, context), self.part)
        made: Port = part
        return made
