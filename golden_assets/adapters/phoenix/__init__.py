"""Versions as datasets in Arize Phoenix.

`PhoenixDatasetPublisher` is the port's adapter; `examples` is what a row looks like in Phoenix, `session` how Phoenix is talked to.
Importing this package imports neither httpx nor the Phoenix client.
"""

from golden_assets.adapters.phoenix.publisher import PhoenixDatasetPublisher
from golden_assets.adapters.phoenix.reachability import is_reachable

__all__ = ["PhoenixDatasetPublisher", "is_reachable"]
