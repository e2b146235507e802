"""Hard limits: generation at 16 calls at a time under a budget, and what the endpoint has counted when it is stopped."""

import asyncio
import shutil

import psycopg

from bench.corpora import manual
from bench.endpoint import CONCURRENCY, PRICE, asked, counted, write
from bench.figures import ROOT, Figure
from golden_assets.adapters.postgres import PostgresCallLedger, migrate
from golden_assets.adapters.ragas.client.lazy_import import import_toolkit
from golden_assets.domain.core.errors import BudgetExceededError
from golden_assets.domain.costs.budgets import Limits
from golden_assets.embedded.postgres import PostgresServer, ensure_postgres
from golden_assets.embedded.servers import down
from golden_assets_tests.endpoint_server import EndpointServer, serving

DOCUMENTS, ROWS = 100, 500
LATENCY = 0.1
BUDGETS = (0.3, 0.5)
"""US dollars, at a dollar per million tokens; each run goes on from what the one before has paid for."""


def measure() -> list[Figure]:
    """What each run spent beyond its budget, in calls at their worst case; below 0, it stopped before."""
    import_toolkit()
    home = ROOT / ".bench" / "overspending"
    shutil.rmtree(home, ignore_errors=True)
    try:
        postgres = ensure_postgres(home)
        migrate(postgres.url())
        with serving(latency=LATENCY) as server:
            spent = [_spent(server, postgres, budget) for budget in BUDGETS]
        worst = _worst_call(postgres)
    finally:
        down(home)
        shutil.rmtree(home, ignore_errors=True)
    over = max((dollars - budget) / worst for dollars, budget in zip(spent, BUDGETS, strict=True))
    shown = ", ".join(f"${dollars:.3f} of ${budget:g}" for dollars, budget in zip(spent, BUDGETS, strict=True))
    return [Figure(f"spent beyond a budget, in worst-case calls (${worst:.3f}), {CONCURRENCY} at a time: {shown}", over, CONCURRENCY, "")]


def _spent(server: EndpointServer, postgres: PostgresServer, budget: float) -> float:
    """US dollars that the endpoint has counted for a run that its budget stops."""
    before = counted(server).tokens
    ledger = PostgresCallLedger(postgres.url(), testset_name="bench", limits=Limits(run=budget), alert=lambda _: None)
    try:
        asyncio.run(write(server.url, manual(DOCUMENTS), asked(ROWS), ledger))
    except BudgetExceededError:
        return (counted(server).tokens - before) * PRICE / 1_000_000
    finally:
        ledger.close()
    raise AssertionError(f"{ROWS} rows cost less than ${budget:g}: nothing was stopped")


def _worst_call(postgres: PostgresServer) -> float:
    """The dearest reservation, in US dollars."""
    with psycopg.connect(postgres.url(driver="postgresql")) as connection:
        found = connection.execute("SELECT max(reserved_usd) FROM golden_assets.golden_llm_calls").fetchone()
    return float(found[0]) if found else 0.0
