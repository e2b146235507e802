"""Pre-generation gates: a corpus that cannot yield a testset stops the run before anything is paid for."""

from collections.abc import Iterator

import dagster as dg
