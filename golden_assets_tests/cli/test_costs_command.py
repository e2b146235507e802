"""`golden-assets costs` over a ledger with known calls."""

import asyncio
import json

import pytest
from click.testing import CliRunner, Result

from golden_assets.adapters.postgres import PostgresCallLedger, migrate
from golden_assets.cli import cli
from golden_assets.domain.costs.calls import CallRequest, CallUsage, Quote, Settlement

USAGE = CallUsage(attempts=1, prompt_tokens=1200, completion_tokens=30, cached_tokens=40, cost_usd=0.125)


@pytest.fixture(autouse=True)
def configured(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["costs", *arguments])


async def record(url: str) -> None:
    ledger = PostgresCallLedger(url, testset_name="golden", run_id="r")
    for number, purpose in enumerate(["entities", "entities", "single_hop_specific"]):
        request = CallRequest(kind="chat", endpoint="h", model="m[bold]", content=[number])
        call_id = await ledger.reserve(request, Quote(tokens=1, cost_usd=1, lost_usd=0), purpose=purpose)
        assert isinstance(call_id, str)
        usage = USAGE.model_copy(update={"estimated": number == 2})
        await ledger.settle(call_id, Settlement(status="answered", usage=usage, latency_seconds=0.1, answer="{}"))
    ledger.close()


def test_an_empty_ledger_says_so(database_url: str) -> None:
    result = run()
    assert (result.exit_code, result.output) == (
        0,
        "no paid model call in 30 days; those of the embedded model cost nothing and are not recorded\n",
    )
    assert json.loads(run("--format", "json").output) == []


def test_costs_are_shown_by_stage_with_their_total_and_guesses_are_marked(database_url: str) -> None:
    migrate(database_url)
    asyncio.run(record(database_url))
    lines = [line.split() for line in run("--by", "stage").output.splitlines()]
    assert lines[1:] == [
        ["entities", "2", "2", "2,400", "80", "60", "0", "0", "0", "0.2500"],
        ["single_hop_specific", "1", "1", "1,200", "40", "30", "0", "0", "0", "~0.1250"],
        ["total", "3", "3", "3,600", "120", "90", "0", "0", "0", "0.3750"],
    ]
    assert "m[bold]" in run("--by", "model").output
    (line,) = json.loads(run("--by", "version", "--format", "json").output)
    assert (line["label"], line["cost_usd"], line["estimated"]) == ("none", 0.375, True)


@pytest.mark.parametrize("arguments", [("--days", "0"), ("--by", "colour"), ("--format", "xml")])
def test_a_senseless_option_is_wrong_usage(arguments: tuple[str, str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert arguments[0] in result.output
