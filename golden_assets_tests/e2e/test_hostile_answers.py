"""A run whose model answers what cannot be stored: rows are written all the same, and nothing unusable is kept."""

from collections.abc import Callable

import psycopg

from golden_assets.embedded.postgres import PostgresServer
from golden_assets_tests.e2e.conftest import Run
from golden_assets_tests.e2e.test_run import write_documents
from golden_assets_tests.endpoint_server import EndpointServer, Fault


def test_answers_with_nul_and_endless_ones_cost_neither_the_run_nor_the_next(
    command: Run,
    endpoint: EndpointServer,
    endpoint_variables: dict[str, str],
    postgres_server: PostgresServer,
    environment: dict[str, str],
    stored: Callable[[], list[dict[str, object]]],
    tmp_path,
) -> None:
    write_documents(tmp_path / "docs")
    endpoint.script(*(Fault(kind, after=after) for after in range(1, 40, 4) for kind in ("nul", "endless")))

    run = command("run", "--docs", "docs", "--size", "4", **endpoint_variables)

    assert run.returncode == 0, run.stdout + run.stderr
    assert [version["status"] for version in stored()] == ["active"]
    query = """
        SELECT count(*) FROM golden_assets.golden_llm_calls
        WHERE testset_name = %s AND kind = 'chat' AND (strpos(answer, %s) > 0 OR length(answer) > 40000)"""
    with psycopg.connect(postgres_server.url(driver="postgresql")) as connection:
        assert connection.execute(query, [environment["GOLDEN_ASSETS_TESTSET_NAME"], r"\u0000"]).fetchone() == (0,)
