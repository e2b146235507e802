"""Testsets as files: read from what users have (JSON in several shapes, CSV, Parquet), written to what they need.

`read_file` turns a file into a testset and says of each row that it could not take why; `write_file` and `write_folder` are the way back.
Reading what was written as ``json``, ``jsonl``, ``csv`` or ``parquet`` gives the same testset hash.
"""

from golden_assets.adapters.exchange.export_file import EXPORT_FORMATS, render
from golden_assets.adapters.exchange.files import write_file
from golden_assets.adapters.exchange.folders import write_folder
from golden_assets.adapters.exchange.import_file import IMPORT_FORMATS, ImportedFile, read_file

__all__ = ["EXPORT_FORMATS", "IMPORT_FORMATS", "ImportedFile", "read_file", "render", "write_file", "write_folder"]
