"""What works with Phoenix: publishing and experiments."""

from golden_assets.defs.resources.binding import BoundResource
from golden_assets.domain.ports.experiments import ExperimentRunner
from golden_assets.domain.ports.publishing import DatasetPublisher


class DatasetPublisherResource(BoundResource[DatasetPublisher]):
    """The configured Phoenix, or the embedded one, which is started when it is used."""

    part = "publisher"


class ExperimentRunnerResource(BoundResource[ExperimentRunner]):
    """Experiments in the configured Phoenix, or the embedded one, and the registry."""

    part = "experiments"
