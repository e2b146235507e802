"""`golden-assets verify` and `audit`: whether what is stored is what was stored, and who did what to it."""

import asyncio
from collections.abc import Sequence

import click
from rich.table import Table

from golden_assets.application import Application
from golden_assets.cli.manager_session import ask, number_of
from golden_assets.cli.terminal.output import format_option, plain_table, print_all, print_json, shown, when
from golden_assets.domain.core.errors import GoldenAssetsError, IntegrityError
from golden_assets.domain.monitoring.alerts import Alert, corrupted
from golden_assets.domain.versions.versions import AuditEntry, Verification
from golden_assets.manager import GoldenTestsetManager
from golden_assets.settings.settings import chosen_settings


@click.command("verify")
@click.argument("version", metavar="[VERSION|active]", required=False)
@click.option("--all", "everything", is_flag=True, help="Verify every version (the default).")
@format_option
def verify_command(version: str | None, everything: bool, form: str) -> None:
    """Check that stored data are unchanged, and name whatever was altered.

    Rows, judgements, approvals and everything else are hashed again; the audit log is replayed; the schema is compared with this
    release's, the active version with Phoenix, if that runs, and all of it with the heads that were kept outside of the database.
    """
    if version and everything:
        raise click.UsageError("give a version or --all, not both")

    async def _check(manager: GoldenTestsetManager) -> list[Verification]:
        return await manager.verify(await number_of(manager, version) if version else None)

    checks = ask(_check)
    if form == "json":
        print_json([check.model_dump(mode="json") | {"intact": check.intact} for check in checks])
    else:
        print_all(_verdicts(checks))
    broken = [check.subject for check in checks if not check.intact]
    if broken:
        name = chosen_settings().testset_name
        _tell([corrupted(name, check.subject, check.faults) for check in checks if not check.intact])
        remedy = "see docs/runbook.md: go back with `golden-assets rollback`, and find out who can write past the triggers"
        raise IntegrityError(f"{len(broken)} of {len(checks)} checks failed ({'; '.join(broken)})", remedy)


@click.command("audit")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Entries to show.")
@format_option
def audit_command(limit: int, form: str) -> None:
    """Show the audit log: what was done and what was refused, newest first."""
    entries = ask(GoldenTestsetManager.audit_log)[: -limit - 1 : -1]
    if form == "json":
        print_json([entry.model_dump(mode="json") for entry in entries])
    elif entries:
        print_all(_listing(entries))
    else:
        click.echo("nothing is on record yet")


def _verdicts(checks: list[Verification]) -> Table:
    table = plain_table("verdict", "checked", "what")
    for check in checks:
        table.add_row("[green]intact[/]" if check.intact else "[red]BROKEN[/]", str(check.checked), shown(check.subject))
        for fault in check.faults:
            table.add_row("", "", shown(fault))
    return table


def _listing(entries: list[AuditEntry]) -> Table:
    table = plain_table("no.", "when (UTC)", "operation", "version", "by", "outcome")
    for entry in entries:
        outcome = entry.error_message or _reason(entry)
        number = str(entry.version or entry.details.get("version") or "-")
        by = shown(entry.performed_by or entry.database_user)
        table.add_row(str(entry.sequence), when(entry.operation_timestamp), entry.operation, shown(number), by, shown(outcome))
    return table


def _reason(entry: AuditEntry) -> str:
    """What came of it, with the reason that was given."""
    unchanged = entry.details.get("created") is False
    done = "forced" if entry.details.get("force") else "stored already" if unchanged else "done"
    reason = entry.details.get("reason")
    return f"{done}: {reason}" if reason else done


def _tell(alerts: Sequence[Alert]) -> None:
    """Keep alerts and send them at once; `alert_sensor` sends later what does not arrive. A failure is said, and fails nothing."""
    try:
        failures = asyncio.run(_deliver(alerts))
    except GoldenAssetsError as error:
        failures = (str(error),)
    for failure in failures:
        click.echo(f"warning: the alert is not delivered yet: {failure}", err=True)


async def _deliver(alerts: Sequence[Alert]) -> tuple[str, ...]:
    desk = Application(chosen_settings()).alerts
    await desk.record(alerts)
    return (await desk.deliver()).failures
