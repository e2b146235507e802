"""When assets run themselves, and how old they may become.

Only steps that follow from what is there already have a condition: judging, storing, publishing. None writes rows, so none can spend what
writing costs; with a paid endpoint the report embeds questions, whose vectors are in the ledger and are paid for once. The documents are
read, and rows are written, when a person, `document_change_sensor` or a schedule asks; the active version is `promotion_sensor`'s, which
knows of approvals and attempts. The sensor that evaluates the conditions is off until it is switched on.
"""

from datetime import timedelta

import dagster as dg

from golden_assets.defs.names import SOURCES

_CHANGED_TESTSET = (
    dg.AutomationCondition.any_deps_updated()
    .ignore(dg.AssetSelection.groups(SOURCES))
    .replace("newly_updated", dg.AutomationCondition.data_version_changed())
)

FOLLOWS_CONTENT = (
    dg.AutomationCondition.eager().replace("any_deps_updated", _CHANGED_TESTSET) & dg.AutomationCondition.all_deps_blocking_checks_passed()
)
"""Run when what comes before has other content than last time, and every gate before it that blocks has passed. Quiet while a run holds
either of them, and after a run that materialized both. Documents alone start nothing: the testset that is there was not made from them."""

ACTIVE_VERSION_FRESHNESS = dg.FreshnessPolicy.time_window(warn_window=timedelta(days=30), fail_window=timedelta(days=90))
"""How long ago a version was activated. A testset that was not renewed for a month deserves a look, as the monthly proposal gives it;
whether its rows still hold on the documents is not a matter of age: `rows_are_fresh` says that."""
