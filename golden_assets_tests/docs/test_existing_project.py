"""The page on existing Dagster projects: its example is what it says."""

import re
from pathlib import Path
from typing import Any

import dagster as dg

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "existing-project.md"


def test_the_example_merges_and_puts_an_asset_before_ours() -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    made: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), made)  # noqa: S102  our own page
    defs: dg.Definitions = made["defs"]
    graph = defs.resolve_asset_graph()
    assert graph.get(dg.AssetKey(["rag", "source_documents"])).parent_keys == {dg.AssetKey("crawled_pages")}
    assert {node.name for node in defs.resolve_job_def("build_testset_job").nodes} >= {"source_documents", "phoenix_dataset"}
    assert "crawled_pages" not in {node.name for node in defs.resolve_job_def("build_testset_job").nodes}
