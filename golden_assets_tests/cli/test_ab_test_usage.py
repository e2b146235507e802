"""`golden-assets ab-test` before anything is run: what does not make two sides."""

from pathlib import Path

import pytest

from golden_assets_tests.cli.conftest import Golden


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "name one or two versions"),
        (["1.0.0"], "one version needs two tasks"),
        (["1.0.0", "1.1.0", "1.2.0"], "name one or two versions"),
        (["1.0.0", "--task", "a:b", "--task", "c:d", "--task", "e:f"], "at most two tasks"),
        (["--experiment", "x"], "--experiment goes twice"),
        (["1.0.0", "--experiment", "x", "--experiment", "y"], "without versions"),
        (["1.0.0", "1.1.0", "--output", "report.pdf"], "ends neither in .html nor in .json"),
        (["1.0.0", "1.1.0", "--repetitions", "0"], "0 is not in the range"),
        (["1.0.0", "1.1.0", "--timeout", "0"], "0.0 is not in the range"),
    ],
)
def test_arguments_that_make_no_two_sides_are_refused_in_one_line(golden: Golden, arguments: list[str], problem: str):
    ended = golden("ab-test", *arguments)
    assert ended.status == 2
    assert problem in ended.err
    assert ended.err.count("\n") == 1


def test_without_experiments_the_list_says_how_to_run_one(golden: Golden, tmp_path: Path):
    ended = golden("experiments")
    assert (ended.status, ended.out) == (0, "no experiments yet: run one with `golden-assets experiment VERSION`\n")
    assert golden("experiments", "--format", "json").json == []
