"""What writes rows, compares and judges texts, and what that may cost."""

import dagster as dg

from golden_assets.defs.resources.binding import BoundResource, ledger_of, open_ledger, registry_database
from golden_assets.domain.costs.cost_trend import CostBooks
from golden_assets.domain.ports.generation import TestsetGenerator
from golden_assets.domain.ports.models import Embedder, RowCritic
from golden_assets.domain.ports.spending import BudgetPlanner


class TestsetGeneratorResource(BoundResource[TestsetGenerator]):
    """RAGAS on the configured model."""

    def create_resource(self, context: dg.InitResourceContext) -> TestsetGenerator:
        """A generator with fresh usage counts."""
        from golden_assets.adapters.critics.factory import open_judge
        from golden_assets.adapters.critics.panel import CriticPanel
        from golden_assets.adapters.exchange.seed_rows import read_seed_rows
        from golden_assets.adapters.languages import detect_languages
        from golden_assets.adapters.models.providers import open_chat_model, open_embedder, question_types
        from golden_assets.adapters.models.traced import TracedEmbedder, TracedModel
        from golden_assets.adapters.ragas.generator import RagasTestsetGenerator

        settings = self.settings
        shares, similarity = question_types(settings), settings.thresholds.max_question_similarity
        ledger = ledger_of(settings, context)
        embedder = TracedEmbedder(open_embedder(settings, ledger))
        model = TracedModel(open_chat_model(settings, ledger))
        return RagasTestsetGenerator(
            model,
            embedder,
            question_types=shares,
            offered_types=shares,
            max_concurrency=settings.max_concurrency,
            personas=[persona.model_dump() for persona in settings.personas] or None,
            named_personas=settings.named_personas,
            run_id=context.run_id,
            seed_rows=read_seed_rows(settings.seed_rows, similarity) if settings.seed_rows else (),
            critic=CriticPanel(embedder, open_judge(settings, model, embedder)),
            max_question_similarity=similarity,
            detect=detect_languages,
        )


class JudgeResource(BoundResource[RowCritic]):
    """The critics that ask the configured model."""

    def create_resource(self, context: dg.InitResourceContext) -> RowCritic:
        """A judge whose calls are in the ledger; one that asks nothing where no such critic is on."""
        from golden_assets.adapters.critics.factory import open_judge
        from golden_assets.adapters.models.providers import open_chat_model, open_embedder
        from golden_assets.adapters.models.traced import TracedEmbedder, TracedModel

        settings = self.settings
        ledger = ledger_of(settings, context)
        return open_judge(settings, TracedModel(open_chat_model(settings, ledger)), TracedEmbedder(open_embedder(settings, ledger)))


class BudgetPlannerResource(BoundResource[BudgetPlanner]):
    """What a run would cost, and what the cost limits of the settings leave."""

    def create_resource(self, context: dg.InitResourceContext) -> BudgetPlanner:
        """A planner over the ledger, or over nothing for the embedded models."""
        from golden_assets.adapters.models.providers import open_budget_planner

        settings = self.settings
        return open_budget_planner(settings, ledger_of(settings, context))


class CostBooksResource(BoundResource[CostBooks]):
    """The ledger of model calls, to be read."""

    def create_resource(self, context: dg.InitResourceContext) -> CostBooks:
        """The ledger, whatever model is configured now."""
        return open_ledger(self.settings, context)


class EmbedderResource(BoundResource[Embedder]):
    """The configured embedding model, asked once for each text."""

    def create_resource(self, context: dg.InitResourceContext) -> Embedder:
        """An embedder with fresh usage counts, which remembers vectors in the registry's database."""
        from golden_assets.adapters.models.providers import open_cached_embedder
        from golden_assets.adapters.postgres import PostgresVectorCache

        settings = self.settings
        cache = PostgresVectorCache(registry_database(settings))
        return open_cached_embedder(settings, cache, ledger_of(settings, context))
