"""What works with Phoenix: publishing and experiments."""

from functools import partial

import dagster as dg

from golden_assets.defs.resources.binding import BoundResource, migrated_database_url
from golden_assets.domain.ports.experiments import ExperimentRunner
from golden_assets.domain.ports.publishing import DatasetPublisher


class DatasetPublisherResource(BoundResource[DatasetPublisher]):
    """The configured Phoenix, or the embedded one."""

    def create_resource(self, context: dg.InitResourceContext) -> DatasetPublisher:
        """A publisher that finds its server, and starts an embedded one, when it is used."""
        from golden_assets.adapters.phoenix.publisher import PhoenixDatasetPublisher
        from golden_assets.embedded.server_urls import phoenix_url

        settings = self.settings
        return PhoenixDatasetPublisher.of(settings, lambda: phoenix_url(settings))


class ExperimentRunnerResource(BoundResource[ExperimentRunner]):
    """Experiments in the configured Phoenix, or the embedded one, and the registry."""

    def create_resource(self, context: dg.InitResourceContext) -> ExperimentRunner:
        """A runner that works from any event loop, with a Phoenix that is up."""
        from golden_assets.adapters.experiments.factory import open_experiment_runner
        from golden_assets.adapters.postgres.database import open_database
        from golden_assets.adapters.postgres.versions.store import PostgresVersionStore
        from golden_assets.embedded.server_urls import phoenix_url
        from golden_assets.manager.publication import place_in_phoenix

        settings = self.settings
        url = migrated_database_url(settings)
        versions = PostgresVersionStore(open_database(url, settings), settings.testset_name)
        publish = partial(place_in_phoenix, versions)
        return open_experiment_runner(settings, versions, url, phoenix_url(settings), publish, context.run_id)
