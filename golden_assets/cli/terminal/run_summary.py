"""What a run did, on the terminal: documents, rows, gates, version, changes, cost, and where to look. Read from Dagster's own events."""

from collections.abc import Iterable
from typing import Any

import dagster as dg
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from golden_assets.cli.terminal.output import print_all, shown
from golden_assets.cli.terminal.run_progress import awaits_approval, verdict_mark
from golden_assets.defs import names
from golden_assets.domain.core.text import counted, one_line
from golden_assets.domain.testsets import freshness

Results = Iterable[dg.ExecuteInProcessResult]
STATES = tuple(f"rows_{state}" for state in freshness.STATES)
CHANGES = ("rows_added", "rows_removed", "rows_changed", "rows_unchanged")


def collect_metadata(results: Results) -> dict[str, dict[str, Any]]:
    """Plain metadata values of every asset that was materialized, by asset name."""
    events = [event for result in results for event in result.get_asset_materialization_events()]
    materializations = [event.step_materialization_data.materialization for event in events]
    return {m.asset_key.path[-1]: {k: v.value for k, v in m.metadata.items()} for m in materializations}


def print_report(console: Console, results: list[dg.ExecuteInProcessResult]) -> None:
    """Print everything that is known; stages that were not reached are left out."""
    metadata = collect_metadata(results)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _facts(metadata):
        table.add_row(label, shown(text))
    gates = gate_table(results)
    print_all(Text(), table, *([gates] if gates.row_count else []), *_left_out(metadata), console=console)


def _left_out(metadata: dict[str, dict[str, Any]]) -> Iterable[Text]:
    """Documents that were skipped and rows that failed, with the reason and what to do."""
    for row in _table_rows(metadata, names.SOURCE_DOCUMENTS, "skipped_table"):
        yield shown(f"skipped {row['document_id']}: {row['reason']}; {row['remedy']}")
    for row in _table_rows(metadata, names.GENERATED_TESTSET, "failure_table"):
        yield shown(f"noted {row['subject']}: {row['reason']}; {row['remedy']}")


def gate_table(results: Results) -> Table:
    """Every gate in the order in which it judged last, with its measure and threshold; none is shown where there was nothing to judge."""
    table = Table("gate", "measured", "must be", "verdict", title="Gates", title_justify="left", title_style="bold")
    last: dict[dg.AssetCheckKey, dg.AssetCheckEvaluation] = {}
    for check in (check for result in results for check in result.get_asset_check_evaluations()):
        last.pop(check.asset_check_key, None)
        last[check.asset_check_key] = check
    for evaluation in last.values():
        values = {key: value.value for key, value in evaluation.metadata.items()}
        say = str(values["remedy" if awaits_approval(evaluation) else "explanation"]).removeprefix("Not judged: ")
        verdict = verdict_mark(evaluation) + ("" if evaluation.passed else f" {escape(one_line(say))}")
        measured, threshold = (float(str(values[key])) for key in ("measured", "threshold"))
        limit = "-" if evaluation.passed and not values["n"] else f"{values['comparison']} {threshold:.3g}"
        table.add_row(evaluation.check_name, f"{measured:.3g}", limit, verdict)
    return table


def _table_rows(metadata: dict[str, dict[str, Any]], asset: str, key: str) -> list[dict[str, Any]]:
    value = metadata.get(asset, {}).get(key)
    return [record.data for record in value.records] if value is not None else []


def _facts(metadata: dict[str, dict[str, Any]]) -> Iterable[tuple[str, str]]:
    if corpus := metadata.get(names.SOURCE_DOCUMENTS):
        counts = f"{corpus['words']} words, {corpus['skipped']} skipped, {counted(corpus['other_files'], 'other file')} not read"
        yield "documents", f"{corpus['documents']} ({counts}) in {corpus['source']}"
        yield from ((key, str(corpus[key])) for key in (names.CAUTION,) if key in corpus)
    if testset := metadata.get(names.GENERATED_TESTSET):
        written, human = testset["rows"] - testset["rows_human"], testset["rows_human"]
        beside = f", and {human} human-written" if human else ""
        yield "rows", f"{written} {_wanted(testset, written)}{beside}, from {counted(testset['documents_cited'], 'document')}"
        if "rows_fresh" in testset:
            yield (
                "earlier rows",
                ", ".join(f"{testset[key]} {key.removeprefix('rows_')}" for key in STATES) + f"; {testset['rows_generated']} new",
            )
        yield from (("question types", str(testset[key])) for key in (names.TYPES_NOTE,) if key in testset)
        yield "model", f"{testset['model']}. {testset.get('about_the_model', '')}"
        yield "tokens and cost", _cost(testset)
    if version := metadata.get(names.STORED_VERSION):
        yield "version", _version(version)
        yield from (("answers", note) for note in [version["answers"]] if note != "judged")
        if "power" in version:
            yield "power", version["power"]
        yield from _changes(version)
    if active := metadata.get(names.ACTIVE_VERSION):
        yield "active version", f"{active['version']} (before: {active['previous']})"
    if dataset := metadata.get(names.PHOENIX_DATASET):
        promoted = metadata.get(names.ACTIVE_VERSION, {})  # it left the candidate dataset then
        yield "Phoenix dataset", str(promoted.get("url") or dataset["url"])


def _wanted(testset: dict[str, Any], written: int) -> str:
    """What the number of rows is to be compared with."""
    if "review_of" in testset:
        written_again = testset["rows_written"]
        said = f", {written_again} of them written again, for their passages have changed since" if written_again else ""
        return f"left by the review of {testset['review_of']}{said}"
    more = ", for rows that people approved or edited stay" if written > testset["rows_asked"] else ""
    return f"of {testset['rows_asked']} asked{more}"


def _cost(testset: dict[str, Any]) -> str:
    """Tokens and dollars of this run."""
    if "review_of" in testset and testset["reused_draft"]:
        return "nothing: no row had to be written"
    if testset["reused_draft"]:
        return "nothing: the same question was answered before, its testset is used again"
    estimated = ", partly estimated" if testset["tokens_estimated"] else ""
    replayed = f", {testset['model_calls_replayed']} answered before" if testset["model_calls_replayed"] else ""
    return (
        f"{counted(testset['model_calls'], 'call')}{replayed}, {testset['prompt_tokens']} prompt + {testset['completion_tokens']} "
        f"completion + {testset['embedding_tokens']} embedding tokens{estimated}, ${testset['cost_usd']:.4f}"
    )


def _version(version: dict[str, Any]) -> str:
    if version["created"]:
        return f"{version['version']}, new, {counted(version['rows'], 'row')}"
    if version["status"] == "archived":
        return (
            f"{version['version']}, stored before and archived since; to use it again: "
            f"golden-assets rollback {version['version']} --reason WHY"
        )
    return f"{version['version']}, no new version: nothing changed since it was stored ({version['status']})"


def _changes(version: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """What the diff to the version before was."""
    if "rows_added" in version:
        changes = ", ".join(f"{version[key]} {key.removeprefix('rows_')}" for key in CHANGES)
        yield "changes", f"{changes} since {version['compared_with']}"
