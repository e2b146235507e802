"""The review as people see it in a terminal: one row at a time, one key a decision."""

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise

import click
from rich.console import Group
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from golden_assets.cli.terminal.output import OutputConsole, shown
from golden_assets.domain.core.text import counted, one_line, printable
from golden_assets.domain.review.excerpts import Span, evidence_spans, excerpts
from golden_assets.domain.review.queue import Progress, QueueItem, RowDecision, measure_progress
from golden_assets.domain.testsets.testset import Context

KEYS = "[a] approve  [e] edit  [r] reject  [n] next  [b] back  [m] more  [q] leave"
TAKE = "edit       press t to take it as your decision"
"""Told of a row that was edited in Phoenix."""
MAX_CONTEXT = 1200
"""Characters of a passage on the screen, about; more where the evidence is longer, or on request."""
PAGE_WIDTH = 100
"""Columns without a terminal."""
HTML_TAG = r"</?[A-Za-z][^<>\n]*>"


class Screen:
    """What a session needs of a terminal; where there is none, keys and answers are lines of standard input."""

    def __init__(self) -> None:
        self.console = OutputConsole()
        if not self.console.is_terminal:
            self.console.width = PAGE_WIDTH
        self._interactive = sys.stdin.isatty()

    def show(self, part: object) -> None:
        """Print a renderable."""
        self.console.print(part)

    def key(self) -> str:
        """The next key in lower case; q at the end of the input."""
        if self._interactive:
            return click.getchar().lower()
        return (self._line() or "q").strip().lower()[:1]

    def ask(self, prompt: str) -> str:
        """One line of text, empty when there is none."""
        if self._interactive:
            return str(click.prompt(prompt, default="", show_default=False)).strip()
        return (self._line() or "").strip()

    def edit(self, text: str) -> str:
        """The text as the user leaves it, in their editor on a terminal."""
        if self._interactive:
            return (click.edit(text) or text).strip()
        return self.ask("") or text

    @staticmethod
    def _line() -> str | None:
        return sys.stdin.readline() or None


def session(
    queue: Sequence[QueueItem], reviewer: str, max_defects: float, screen: Screen, save: Callable[[RowDecision], None]
) -> list[QueueItem]:
    """Go through the rows without a decision until the reviewer leaves or the end is reached; the queue as it is then.

    Args:
        queue: all rows in order.
        reviewer: who decides.
        max_defects: the defect rate that the review is to get below.
        screen: where rows are shown and keys come from.
        save: puts a decision on record; called at once for each.
    """
    items = list(queue)
    position = next((n for n, item in enumerate(items) if item.decision is None), len(items))
    whole = False
    while position < len(items):
        screen.show(progress_line(measure_progress(items, max_defects)))
        screen.show(row_panel(items[position], position, len(items), whole=whole))
        screen.show(Text(KEYS, style="dim"))
        key = screen.key()
        whole = key == "m" and not whole
        if key == "q":
            break
        if key == "b":
            position = max(0, position - 1)
            continue
        decision = _decision(key, items[position], reviewer, screen)
        if decision is not None:
            save(decision)
            items[position] = items[position].model_copy(update={"decision": decision})
        elif key != "n":
            continue
        position += 1
    return items


def progress_line(progress: Progress) -> Text:
    """What the stopping rule says, green when the reviewer may leave."""
    return Text(progress.sentence, style="green" if progress.is_enough else "dim")


def row_panel(item: QueueItem, position: int, total: int, *, whole: bool = False) -> Panel:
    """One row: question, reference, passages (of long ones what the evidence needs, unless ``whole``), and what is said against it."""
    row = item.row
    parts: list[Text | Rule] = [
        Text.assemble(("question   ", "dim"), (printable(row.user_input), "bold")),
        Text.assemble(("reference  ", "dim"), (printable(row.reference), "green")),
    ]
    for context in row.contexts:
        parts += [Rule(shown(context.document_id), style="dim"), passage(context, row.reference, whole=whole)]
    parts += [Text.assemble(("doubt      ", "yellow"), printable(reason)) for reason in (item.doubt.reasons if item.doubt else ())]
    if item.proposal and item.decision is None:
        parts.append(Text(TAKE, style="cyan"))
    if item.decision:
        parts.append(Text(f"decided    {item.decision.decision} by {one_line(item.decision.reviewer)}", style="cyan"))
    title = f"{position + 1} of {total}  {row.row_id}  {one_line(row.question_type)}"
    return Panel(Group(*parts), title=Text(title), title_align="left", border_style="yellow" if item.doubt else "dim")


def passage(context: Context, reference: str, *, whole: bool = False) -> Text:
    """A passage with its line breaks: what the reference takes from it in green, HTML tags dimmed, and how much is left out where."""
    evidence = evidence_spans(reference, context)
    lines, position = [], 0
    for start, end in [(0, len(context.text))] if whole else excerpts(context.text, evidence, MAX_CONTEXT):
        lines += [_left_out(start - position), _marked(context.text, (start, end), evidence)]
        position = end
    lines.append(_left_out(len(context.text) - position))
    return Text("\n").join(line for line in lines if line)


def _left_out(count: int) -> Text:
    return Text(f"… {counted(count, 'character')} not shown: [m] shows all …" if count > 0 else "", style="dim")


def _marked(text: str, part: Span, evidence: Sequence[Span]) -> Text:
    """A part of a passage with the evidence in it picked out."""
    start, end = part
    marked = Text()
    borders = sorted({start, end, *(border for span in evidence for border in span if start < border < end)})
    for left, right in pairwise(borders):
        is_evidence = any(first <= left and right <= last for first, last in evidence)
        marked.append(printable(text[left:right]), style="green" if is_evidence else None)
    marked.highlight_regex(HTML_TAG, "dim")
    return marked


def _decision(key: str, item: QueueItem, reviewer: str, screen: Screen) -> RowDecision | None:
    """What a key decides; None when it decides nothing, or the reviewer gave no reason or changed nothing."""
    row_id = item.row.row_id
    if key == "t" and item.proposal:
        return item.proposal.model_copy(update={"reviewer": reviewer})
    if key == "a":
        return RowDecision(row_id=row_id, decision="approve", reviewer=reviewer)
    if key == "r":
        reason = screen.ask("why")
        return RowDecision(row_id=row_id, decision="reject", reviewer=reviewer, reason=reason) if reason else None
    if key == "e":
        question, reference = screen.edit(item.row.user_input), screen.edit(item.row.reference)
        changes = {
            "user_input": question if question != item.row.user_input else None,
            "reference": reference if reference != item.row.reference else None,
        }
        if any(changes.values()):
            return RowDecision(row_id=row_id, decision="edit", reviewer=reviewer, **changes)
    return None
