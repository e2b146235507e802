"""What the settings say that no adapter stands behind."""

import dagster as dg

from golden_assets.defs.resources.binding import BoundResource
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.testsets.requests import RequestDefaults
from golden_assets.domain.versions.promotion import OperatingRules


class OperatingRulesResource(BoundResource[OperatingRules]):
    """When things run and people are told."""

    def create_resource(self, context: dg.InitResourceContext) -> OperatingRules:
        """The rules in force."""
        settings = self.settings
        return OperatingRules(
            auto_promote=settings.auto_promote,
            settle_seconds=settings.settle_seconds,
            quality_alert_threshold=settings.quality_alert_threshold,
        )


class ThresholdsResource(BoundResource[Thresholds]):
    """What "good" means, from the settings and not from the launchpad."""

    def create_resource(self, context: dg.InitResourceContext) -> Thresholds:
        """The limits in force."""
        return self.settings.thresholds


class RequestDefaultsResource(BoundResource[RequestDefaults]):
    """What a run asks for when its configuration does not say it."""

    def create_resource(self, context: dg.InitResourceContext) -> RequestDefaults:
        """Size, question types and language of the settings."""
        return self.settings.request_defaults


class MinChangeResource(BoundResource[float]):
    """The share of the documents' content that must have changed before a new testset is requested."""

    def create_resource(self, context: dg.InitResourceContext) -> float:
        """0 to 1."""
        return self.settings.min_change
