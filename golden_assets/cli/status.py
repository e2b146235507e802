"""`golden-assets status`: servers, versions, gates, costs, rows, runs, and what to do next. Starts nothing."""

import asyncio
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from golden_assets.cli.output import format_option, plain_table, print_all, print_json, shown, when
from golden_assets.domain.heads import KeptHead
from golden_assets.domain.monitoring import in_words, rates_of
from golden_assets.domain.overview import Overview, RunLine, next_steps
from golden_assets.domain.plurals import counted
from golden_assets.embedded import servers
from golden_assets.settings.settings import Settings, chosen_settings

if TYPE_CHECKING:
    from golden_assets.manager import GoldenTestsetManager

LAST_RUNS = 5
RATE_DAYS = 30


@click.command("status")
@format_option
def status_command(form: str) -> None:
    """Show the whole at a glance: servers, active version, gates, cost today, stale rows, last runs, and what to do next."""
    overview = _overview(chosen_settings())
    if form == "json":
        print_json(overview.model_dump(mode="json") | {"next": next_steps(overview)})
    else:
        print_all(_table(overview))


def _overview(settings: Settings) -> Overview:
    """What can be known without starting a server."""
    running = servers.status(settings.home.resolve())
    postgres = f"{running.postgres.host}:{running.postgres.port} (pid {running.postgres.pid})" if running.postgres else None
    phoenix = settings.phoenix_endpoint or (f"{running.phoenix.base_url} (pid {running.phoenix.pid})" if running.phoenix else None)
    bare = Overview(testset_name=settings.testset_name, postgres=postgres, phoenix=phoenix)
    if running.postgres is None and settings.database_url is None:
        return bare
    known = asyncio.run(_registry(settings)) | {"registry": True}
    return bare.model_copy(update=known | _dagster(settings, known))


async def _registry(settings: Settings) -> dict[str, Any]:
    """What the registry knows."""
    from golden_assets.adapters.alerts.opening import open_desk
    from golden_assets.adapters.postgres import Pooling, PostgresCallLedger, PostgresVersionStore
    from golden_assets.adapters.postgres.monitor import PostgresRegistryMonitor
    from golden_assets.domain.feedback import feedback_doubts
    from golden_assets.embedded.addresses import database_url
    from golden_assets.manager import GoldenTestsetManager
    from golden_assets.manager.integrity import RegistryAudit

    url = database_url(settings)
    async with GoldenTestsetManager(db_url=url, testset_name=settings.testset_name) as manager:
        versions = await manager.list_versions()
        active = next((version for version in versions if version.status == "active"), None)
        bad = feedback_doubts(await manager.feedback(active.version)) if active else {}
        failed = await _failed_gates(manager, versions[0].version) if versions and versions[0].status == "failed" else ()
    store = PostgresVersionStore(url, settings.testset_name, Pooling.PER_USE)
    desk, limits = open_desk(settings, url), settings.cost_limits
    ledger = PostgresCallLedger(url, testset_name=settings.testset_name, limits=limits)
    try:
        spent, pause, shares = await ledger.spending(), await ledger.pause(), await ledger.budget_shares()
    finally:
        ledger.close()
    return {
        "active": active,
        "newest": versions[0] if versions else None,
        "needs_approval": settings.require_approval and bool(versions) and versions[0].version not in await store.approved_versions(),
        "failed_gates": failed,
        "cost_today": spent.day,
        "cost_limit": settings.cost_limit_daily,
        "pause": pause and pause.sentence,
        "limits_reached": tuple(share.sentence for share in shares if share.lets_nothing_through(limits)),
        "rows_called_bad": len(bad),
        "alert_sinks": desk.sinks,
        "lacks_mail_server": bool(settings.alert_email) and not settings.smtp_host,
        "alerts_pending": await desk.pending(),
        "head": _head(RegistryAudit(store, settings).last_kept()),
        "rates": tuple(rates_of(await PostgresRegistryMonitor(store).count_operations(RATE_DAYS))),
    }


def _head(kept: KeptHead | None) -> str | None:
    """The head that was kept last, in words."""
    if kept is None:
        return None
    signed = f" and {kept.problem}" if kept.problem else ", signed" if kept.signed else ", not signed"
    return f"{kept.head.head_hash[:12]} over {counted(kept.head.own.seals, 'seal')}, kept {when(kept.head.written_at)} UTC{signed}"


async def _failed_gates(manager: "GoldenTestsetManager", version: str) -> tuple[str, ...]:
    """The gates that a version did not pass."""
    report = (await manager.get_version(version)).stored.report
    return tuple(verdict.name for verdict in report.verdicts if not verdict.passed) if report else ()


def _dagster(settings: Settings, known: dict[str, Any]) -> dict[str, Any]:
    """The last runs, and how many rows of the active version are stale on the documents that were read last."""
    from golden_assets.cli.instance import dagster_home, open_instance

    if not dagster_home(settings).is_dir():
        return {}
    with open_instance(settings) as instance:
        records = instance.get_run_records(limit=LAST_RUNS)
        runs = [
            RunLine(
                run_id=one.dagster_run.run_id,
                job=one.dagster_run.job_name,
                status=one.dagster_run.status.value,
                started_at=one.create_timestamp,
            )
            for one in records
        ]
        read = _last_reading(settings, instance)
    outdated = asyncio.run(_count_outdated(settings, read["address"])) if read and known["active"] else None
    return {"runs": tuple(runs), "outdated_rows": outdated, "documents": read.get("location") or None}


def _last_reading(settings: Settings, instance: Any) -> dict[str, str]:
    """Where the documents were read last, and the address of what was read; empty when they never were."""
    import dagster as dg

    from golden_assets.defs.names import ADDRESS, LOCATION, SOURCE_DOCUMENTS

    event = instance.get_latest_materialization_event(dg.AssetKey([*filter(None, [settings.testset]), SOURCE_DOCUMENTS]))
    if event is None or event.asset_materialization is None:
        return {}
    metadata = event.asset_materialization.metadata
    return {"address": str(metadata[ADDRESS].value), "location": str(metadata[LOCATION].value)}


async def _count_outdated(settings: Settings, address: str) -> int:
    from golden_assets.adapters.postgres import Pooling, PostgresArtifactStore, PostgresVersionStore
    from golden_assets.domain.freshness import classify_rows, measure_freshness
    from golden_assets.embedded.addresses import database_url

    url = database_url(settings)
    active = await PostgresVersionStore(url, settings.testset_name, Pooling.PER_USE).get_active_version()
    corpus = await PostgresArtifactStore(url, Pooling.PER_USE).get_corpus(address)
    return measure_freshness(classify_rows(active.testset.rows, corpus)).outdated if active else 0


def _table(overview: Overview) -> Table:
    table = plain_table("", "")
    table.show_header = False
    active, newest = overview.active, overview.newest
    lines = [
        ("PostgreSQL", overview.postgres or ("configured" if overview.registry else "not running")),
        ("Phoenix", overview.phoenix or "not running"),
        ("testset", overview.testset_name),
    ]
    if overview.registry:
        limit = f" of ${overview.cost_limit:g}" if overview.cost_limit is not None else ", no limit"
        lines += [
            (
                "active version",
                f"{active.version}, {counted(active.row_count, 'row')}, since {when(active.activated_at)} UTC" if active else "none",
            ),
            ("head", overview.head or "none kept yet: the next promotion writes one down"),
            ("newest version", f"{newest.version}, {newest.status}" if newest else "none"),
            ("failed gates", ", ".join(overview.failed_gates) or "none"),
            ("cost today", f"${overview.cost_today or 0:.4f}{limit}"),
            *(("budget", f"STOPPED, {text}") for text in filter(None, (overview.pause, *overview.limits_reached))),
            ("stale rows", "unknown: documents were not read yet" if overview.outdated_rows is None else str(overview.outdated_rows)),
            ("alerts", f"{overview.alerts_pending} not delivered, to {', '.join(overview.alert_sinks) or 'nobody: none is configured'}"),
        ]
    lines += [(f"{rate.kind}s", in_words(rate)) for rate in overview.rates]
    lines += [("run", f"{run.job} {run.status.lower()} {when(run.started_at)} {run.run_id}") for run in overview.runs]
    lines += [("next", step) for step in next_steps(overview) or ["nothing to do"]]
    for name, text in lines:
        table.add_row(name, shown(text), style="red" if name == "budget" else None)
    return table
