"""What the settings say that no adapter stands behind."""

import dagster as dg

from golden_assets.defs.resources.binding import BoundResource
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.promotion import OperatingRules
from golden_assets.domain.sizes import Sizes
from golden_assets.domain.testsets import QuestionType


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


class QuestionTypesResource(BoundResource[dict[QuestionType, float]]):
    """The configured shares of question types; empty means the generator's own."""

    def create_resource(self, context: dg.InitResourceContext) -> dict[QuestionType, float]:
        """Share per question type."""
        return self.settings.question_types or {}


class LanguageResource(BoundResource[str]):
    """The language of questions and answers."""

    def create_resource(self, context: dg.InitResourceContext) -> str:
        """Its English name, in lower case."""
        return self.settings.language.strip().casefold()


class SizesResource(BoundResource[Sizes]):
    """How many rows a run asks for."""

    def create_resource(self, context: dg.InitResourceContext) -> Sizes:
        """The default and the most that may be asked for."""
        return self.settings.sizes


class MinChangeResource(BoundResource[float]):
    """The share of the documents' content that must have changed before a new testset is requested."""

    def create_resource(self, context: dg.InitResourceContext) -> float:
        """0 to 1."""
        return self.settings.min_change
