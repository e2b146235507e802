"""What writes rows, compares and judges texts, and what that may cost."""

from golden_assets.defs.resources.binding import BoundResource
from golden_assets.domain.costs.cost_trend import CostBooks
from golden_assets.domain.ports.generation import TestsetGenerator
from golden_assets.domain.ports.models import Embedder, RowCritic
from golden_assets.domain.ports.spending import BudgetPlanner


class TestsetGeneratorResource(BoundResource[TestsetGenerator]):
    """RAGAS on the configured model."""

    part = "generator"


class JudgeResource(BoundResource[RowCritic]):
    """The critics that ask the configured model; one that asks nothing where no such critic is on."""

    part = "judge"


class BudgetPlannerResource(BoundResource[BudgetPlanner]):
    """What a run would cost, and what the cost limits of the settings leave."""

    part = "budget"


class CostBooksResource(BoundResource[CostBooks]):
    """The ledger of model calls, to be read."""

    part = "ledger"


class EmbedderResource(BoundResource[Embedder]):
    """The configured embedding model, asked once for each text."""

    part = "cached_embedder"
