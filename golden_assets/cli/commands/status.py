"""`golden-assets status`: servers, versions, gates, costs, rows, runs, and what to do next. Starts nothing."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from golden_assets.application import Application
from golden_assets.cli.terminal.output import format_option, plain_table, print_all, print_json, shown, when
from golden_assets.domain.core.errors import RegistryError, ServerError
from golden_assets.domain.core.text import counted
from golden_assets.domain.monitoring.service_levels import FailedOperation, in_words, rates_of
from golden_assets.domain.monitoring.status import OpenEdit, Overview, RunLine, next_steps
from golden_assets.domain.versions.heads import KeptHead
from golden_assets.domain.versions.versions import VersionSummary
from golden_assets.embedded import servers
from golden_assets.settings.settings import Settings, chosen_settings

if TYPE_CHECKING:
    from golden_assets.defs.readings import Reading
    from golden_assets.manager import GoldenTestsetManager

LAST_RUNS = 5
DOES_NOT_REGRESS = "does_not_regress"
RATE_DAYS = 30
SHOWN_EDITS = 5


@click.command("status")
@click.option("--failures", is_flag=True, help=f"List what failed in the last {RATE_DAYS} days instead: commands, uploads, transactions.")
@format_option
def status_command(failures: bool, form: str) -> None:
    """Show the whole at a glance: servers, active version, gates, cost today, stale rows, last runs, and what to do next."""
    settings = chosen_settings()
    if failures:
        _tell_failures(settings, form)
        return
    overview = _overview(settings)
    if form == "json":
        print_json(overview.model_dump(mode="json") | {"next": next_steps(overview)})
    else:
        print_all(_table(overview))


def _overview(settings: Settings) -> Overview:
    """What can be known without starting a server."""
    from golden_assets.adapters.phoenix.publisher import without_credentials
    from golden_assets.adapters.postgres.connecting import shown_url

    running = servers.status(settings.home.resolve())
    postgres = f"{running.postgres.host}:{running.postgres.port} (pid {running.postgres.pid})" if running.postgres else None
    phoenix = f"{running.phoenix.base_url} (pid {running.phoenix.pid})" if running.phoenix else None
    if settings.database_url:
        postgres = f"{shown_url(settings.database_url.get_secret_value())} (as configured)"
    if settings.phoenix_endpoint:
        phoenix = f"{without_credentials(settings.phoenix_endpoint)} (as configured)"
    if settings.phoenix == "none":
        phoenix = "none (phoenix: none in the settings)"
    bare = Overview(testset_name=settings.testset_name, postgres=postgres, phoenix=phoenix)
    if running.postgres is None and settings.database_url is None:
        return bare
    known = asyncio.run(_registry(settings)) | {"registry": True}
    return bare.model_copy(update=known | _dagster(settings, known))


def _tell_failures(settings: Settings, form: str) -> None:
    """What failed, the newest first."""
    if servers.status(settings.home.resolve()).postgres is None and settings.database_url is None:
        raise ServerError("no registry answers", "start the servers with `golden-assets up`, or check GOLDEN_ASSETS_DATABASE_URL")
    failed = asyncio.run(_failures(settings))
    if form == "json":
        print_json([one.model_dump(mode="json") for one in failed])
    elif failed:
        table = plain_table("when (UTC)", "what", "name", "failed with")
        for one in failed:
            told = f"{one.fault}: {one.message}" if one.message else one.fault
            table.add_row(when(one.happened_at), one.kind, shown(one.name), shown(told))
        print_all(table)
    else:
        click.echo(f"nothing failed in the last {RATE_DAYS} days")


async def _failures(settings: Settings) -> list[FailedOperation]:
    async with Application(settings) as application:
        return await application.monitor.failed_operations(RATE_DAYS)


async def _registry(settings: Settings) -> dict[str, Any]:
    """What the registry knows."""
    from golden_assets.domain.review.feedback import feedback_doubts
    from golden_assets.manager import GoldenTestsetManager

    application = Application(settings)
    async with GoldenTestsetManager(application=application) as manager:
        versions = await manager.list_versions()
        active = next((version for version in versions if version.status == "active"), None)
        bad = feedback_doubts(await manager.feedback(active.version)) if active else {}
        newest = versions[0] if versions else None
        outlook = await manager.outlook(newest.version) if newest and newest.status == "validated" else None
        failed = await _failed_gates(manager, newest.version) if newest and newest.status == "failed" else ()
        return {
            "active": active,
            "newest": newest,
            "outlook": outlook,
            "failed_gates": (DOES_NOT_REGRESS,) if outlook and outlook.loss else failed,
            **await _budget(application),
            "rows_called_bad": len(bad),
            "edits": await _open_edits(manager, active, versions),
            "alert_sinks": application.alerts.sinks,
            "lacks_mail_server": bool(settings.alert_email) and not settings.smtp_host,
            "alerts_pending": await application.alerts.pending(),
            "head": _head(application.auditor.last_kept()),
            "rates": tuple(rates_of(await application.monitor.count_operations(RATE_DAYS))),
        }


async def _budget(application: Application) -> dict[str, Any]:
    """What was spent today, and what lets no further call through."""
    settings, ledger = application.settings, application.ledger
    spent, pause, shares = await ledger.spending(), await ledger.pause(), await ledger.budget_shares()
    return {
        "cost_today": spent.day,
        "cost_limit": settings.cost_limit_daily,
        "pause": pause and pause.sentence,
        "limits_reached": tuple(share.sentence for share in shares if share.lets_nothing_through(settings.cost_limits)),
    }


async def _open_edits(
    manager: "GoldenTestsetManager", active: VersionSummary | None, versions: Sequence[VersionSummary]
) -> tuple[OpenEdit, ...]:
    """Edits made in Phoenix of rows of the active version and of the newest, each once."""
    found: dict[str, OpenEdit] = {}
    for version in filter(None, (active, *versions[:1])):
        for edit in await manager.dataset_edits(version.version):
            reviewed = None if edit.kind == "added" else version.version
            found.setdefault(edit.row_id, OpenEdit(row_id=edit.row_id, version=reviewed, sentence=edit.sentence))
    return tuple(found.values())


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
    """What Dagster knows, or why it cannot be asked."""
    from golden_assets.cli.local.dagster_home import dagster_home

    if not dagster_home(settings).is_dir():
        return {}
    try:
        return _runs(settings, known)
    except (ServerError, RegistryError) as error:
        return {"dagster_problem": error.problem}


def _runs(settings: Settings, known: dict[str, Any]) -> dict[str, Any]:
    """The last runs, and how many rows of the active version are stale on the documents that were read last."""
    from golden_assets.cli.local.dagster_home import open_instance

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
    compared = asyncio.run(_compare_with_documents(settings, read)) if read and known["active"] else {}
    return {"runs": tuple(runs), **compared}


def _last_reading(settings: Settings, instance: Any) -> "Reading":
    """The newest reading of the documents of this testset; empty when they never were read."""
    import dagster as dg

    from golden_assets.defs.names import SOURCE_DOCUMENTS
    from golden_assets.defs.readings import last_reading

    return last_reading(instance, dg.AssetKey([*filter(None, [settings.testset]), SOURCE_DOCUMENTS]), settings.testset_name)


async def _compare_with_documents(settings: Settings, read: "Reading") -> dict[str, Any]:
    """How many rows of the active version are stale on the documents that were read last, and which archived version was made of these."""
    from golden_assets.defs.names import ADDRESS
    from golden_assets.defs.readings import location_of
    from golden_assets.domain.testsets.freshness import classify_rows, measure_freshness
    from golden_assets.domain.versions.versions import archived_on

    application = Application(settings)
    active, versions = await application.versions.get_active_version(), await application.versions.list_versions()
    corpus = await application.artifacts.get_corpus(str(read[ADDRESS]))
    return {
        "outdated_rows": measure_freshness(classify_rows(active.testset.rows, corpus)).outdated if active else 0,
        "documents": location_of(read),
        "made_from": active and active.documents_location,
        "archived_on_documents": archived_on(versions, corpus.corpus_hash),
    }


def _table(overview: Overview) -> Table:
    table = plain_table("", "")
    table.show_header = False
    active, newest = overview.active, overview.newest
    lines = [
        ("PostgreSQL", overview.postgres or "not running"),
        ("Phoenix", overview.phoenix or "not running"),
        ("testset", overview.testset_name),
    ]
    if overview.registry:
        limit = f" of ${overview.cost_limit:g}" if overview.cost_limit is not None else ", no limit"
        lines += [
            (
                "active version",
                f"{active.version}, {counted(active.row_count, 'row')}, since {when(active.activated_at)} UTC{_unjudged(active)}"
                if active
                else "none",
            ),
            ("head", overview.head or "none kept yet: the next promotion writes one down"),
            ("newest version", f"{newest.version}, {newest.status}{_unjudged(newest)}" if newest else "none"),
            ("failed gates", ", ".join(overview.failed_gates) or "none"),
            ("cost today", f"${overview.cost_today or 0:.4f}{limit}"),
            *(("budget", f"STOPPED, {text}") for text in filter(None, (overview.pause, *overview.limits_reached))),
            ("stale rows", "unknown: documents were not read yet" if overview.outdated_rows is None else str(overview.outdated_rows)),
            ("alerts", _about_alerts(overview)),
        ]
    lines += [("edited", f"{edit.row_id} {edit.sentence}") for edit in overview.edits[:SHOWN_EDITS]]
    if len(overview.edits) > SHOWN_EDITS:
        lines.append(("edited", f"and {len(overview.edits) - SHOWN_EDITS} more"))
    lines += [(f"{rate.kind}s", in_words(rate)) for rate in overview.rates]
    lines += [("runs", f"unknown: {overview.dagster_problem}")] if overview.dagster_problem else []
    lines += [("run", f"{run.job} {run.status.lower()} {when(run.started_at)} {run.run_id}") for run in overview.runs]
    lines += [("next", step) for step in next_steps(overview) or ["nothing to do"]]
    for name, text in lines:
        table.add_row(name, shown(text), style="red" if name == "budget" else None)
    return table


def _unjudged(version: VersionSummary) -> str:
    return "" if version.answers_judged else "; answers not judged"


def _about_alerts(overview: Overview) -> str:
    if overview.alert_sinks:
        return f"{overview.alerts_pending} not delivered, to {', '.join(overview.alert_sinks)}"
    if overview.lacks_mail_server:
        return "not sent: alert_email needs smtp_host"
    return "not sent: set alert_email, slack_url or webhook_url"
