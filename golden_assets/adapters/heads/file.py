"""The file that keeps heads: one a line, the oldest first, only ever added to."""

import json
import os
from pathlib import Path
from typing import Any

from golden_assets.adapters.heads.envelopes import HeadEnvelopes
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.versions.heads import KeptHead, RegistryHead

_TAIL = 8192
"""Bytes at the end of the file that hold its last line: a head takes less than 1,000."""


class HeadFile:
    """Heads in a file.

    Args:
        path: the file; it is made when the first head is kept.
        envelopes: how heads are written and read.
    """

    def __init__(self, path: Path, envelopes: HeadEnvelopes) -> None:
        self.path = path
        self._envelopes = envelopes

    def keep(self, head: RegistryHead) -> None:
        """Add a head, unless the last line says the same. Raises `ConfigurationError` when the file cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "r+b") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                *_, line, torn = ["", *file.read().decode(errors="replace").split("\n")]
                last = self._envelopes.open(_parsed(line), "")
                if not (isinstance(last, KeptHead) and last.problem is None and last.head.says_the_same_as(head)):
                    start = "\n" if torn else ""  # what a full disk left of a head stays a line of its own
                    file.write(f"{start}{json.dumps(self._envelopes.wrap(head), separators=(',', ':'))}\n".encode())
        except OSError as error:
            raise self._unusable(error) from error

    def read(self, testset_name: str) -> tuple[list[KeptHead], list[str]]:
        """The heads of a testset, the oldest first, and what is wrong with the file. Raises `ConfigurationError`."""
        try:
            lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return [], []
        except OSError as error:
            raise self._unusable(error) from error
        opened = [self._envelopes.open(_parsed(line), f"{self.path.name} line {number}") for number, line in enumerate(lines, 1)]
        heads = [one for one in opened if isinstance(one, KeptHead) and one.head.testset_name == testset_name]
        return heads, [one for one in opened if isinstance(one, str)]

    def _unusable(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(f"the heads in {self.path} cannot be used ({error.strerror})", "correct its rights, or set head_file")


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None
