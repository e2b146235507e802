"""Whether the registry is what was stored: everything in it is hashed again and compared with the heads that left it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from golden_assets.adapters.heads.envelopes import HeadEnvelopes
from golden_assets.adapters.heads.file import HeadFile
from golden_assets.adapters.phoenix.heads import PhoenixHeads, head_in
from golden_assets.adapters.postgres.versions import auditing, integrity
from golden_assets.adapters.postgres.versions.integrity import active_dataset, read_head, verify_heads
from golden_assets.domain.core.errors import PHOENIX_OUT_OF_REACH, ConfigurationError, GoldenAssetsError, RegistryError, ServerError
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.versions.heads import KeptHead, RegistryHead
from golden_assets.domain.versions.versions import Verification
from golden_assets.settings.settings import Settings

if TYPE_CHECKING:
    from golden_assets.adapters.heads.file import HeadFile
    from golden_assets.adapters.phoenix.heads import PhoenixHeads
    from golden_assets.adapters.postgres import Database, PostgresVersionStore

HEAD_FILE = "heads.jsonl"
PHOENIX = "Phoenix"


class RegistryAudit:
    """A `RegistryAuditor` of one testset.

    Args:
        store: its registry.
        settings: where heads are kept, and how they are signed.
        publisher: asks Phoenix for the active version.
        phoenix: the address of Phoenix, None where none runs.
        names: the names that heads of this database bear, the one to write first.

    Raises:
        ConfigurationError: a key cannot be used.
    """

    def __init__(
        self,
        store: "PostgresVersionStore",
        settings: Settings,
        publisher: DatasetPublisher,
        phoenix: Callable[[], str | None],
        names: Callable[[], tuple[str, ...]],
    ) -> None:
        self._store = store
        self._settings = settings
        self._publisher = publisher
        self._running_phoenix = phoenix
        self._find_names = names
        self._envelopes = HeadEnvelopes(settings.signing_key, settings.trusted_key)

    async def keep_head(self) -> tuple[str, ...]:
        """Write the head of the registry into the file and into Phoenix, if that runs; what could not be written, in sentences."""
        problems = []
        try:
            head = await self.head()
        except (RegistryError, ServerError) as error:
            return (f"the registry's head is not written down: {error}",)
        try:
            self._file().keep(head)
        except ConfigurationError as error:
            problems.append(str(error))
        try:
            await self._keep_in_phoenix(head)
        except PHOENIX_OUT_OF_REACH as error:
            problems.append(f"the registry's head is not in Phoenix: {error}")
        return tuple(problems)

    async def head(self) -> RegistryHead:
        """The head as it is now."""
        return await read_head(self._database, self._store.testset_name, self._names[0])

    def last_kept(self) -> KeptHead | None:
        """The head that the file got last for this database."""
        return next((one for one in reversed(self._file().read(self._store.testset_name)[0]) if one.head.place in self._names), None)

    async def verify(self, version: str | None = None) -> list[Verification]:
        """Check a version (default: all, and what is stored beside them), the audit log, seals, schema and heads."""
        database, testset = self._database, self._store.testset_name
        numbers = [version] if version else [summary.version for summary in await self._store.list_versions()]
        checks = [await auditing.verify_version(database, testset, number) for number in numbers]
        checks += [await auditing.verify_log(database, testset), await integrity.verify_seals(database, testset)]
        checks += [await integrity.verify_schema(database), await self._verify_heads()]
        if version is None:
            checks += [await integrity.verify_artifacts(database), *await self._verify_phoenix()]
            if all(check.intact for check in checks) and checks[0].checked:
                with suppress(ConfigurationError):  # what only reads need not be able to write
                    self._file().keep(await self.head())
        return checks

    async def _verify_heads(self) -> Verification:
        testset = self._store.testset_name
        (kept, problems), unasked = self._file().read(testset), ""
        try:
            found = await self._read_from_phoenix()
        except PHOENIX_OUT_OF_REACH as error:
            found, unasked = None, f"; {PHOENIX}: not compared ({error.problem})"
        if isinstance(found, KeptHead):
            kept = [*kept, found]
        problems += [found] if isinstance(found, str) else []
        check = await verify_heads(self._database, testset, self._names, kept)
        return check.model_copy(update={"subject": f"{check.subject}{unasked}", "faults": (*problems, *check.faults)})

    async def _verify_phoenix(self) -> list[Verification]:
        """The active version in Phoenix, row by row, where there is a Phoenix to ask."""
        if self._running_phoenix() is None:
            return []
        try:
            active = await self._store.get_active_version()
            found = await self._publisher.inspect(active) if active else None
        except GoldenAssetsError as error:
            return [Verification(subject=f"{PHOENIX}: not compared ({error.problem})", checked=0)]
        if active is None or found is None:
            return []
        subject = f"version {active.summary.version} in {PHOENIX}"
        return [Verification(subject=subject, checked=active.summary.row_count, faults=tuple(found.faults))]

    async def _keep_in_phoenix(self, head: RegistryHead) -> None:
        """Put the head into the dataset of the active version. A Phoenix that cannot be asked is told of by the publication."""
        try:
            phoenix, dataset, held = await self._phoenix()
        except PHOENIX_OUT_OF_REACH:
            return
        if phoenix and dataset and held is not None:
            await phoenix.keep(dataset, held, self._envelopes.wrap(head))

    async def _read_from_phoenix(self) -> KeptHead | str | None:
        _, _, held = await self._phoenix()
        wrapped = head_in(held or {})
        return None if wrapped is None else self._envelopes.open(wrapped, PHOENIX)

    async def _phoenix(self) -> tuple["PhoenixHeads | None", str | None, "Mapping[str, Any] | None"]:
        """Heads in Phoenix, if one runs, the dataset of the active version, if it was published, and the metadata there."""
        address = self._running_phoenix()
        dataset = await active_dataset(self._database, self._store.testset_name) if address else None
        if address is None or dataset is None:
            return None, None, None
        phoenix = PhoenixHeads(address, self._settings)
        return phoenix, dataset, await phoenix.metadata(dataset)

    @property
    def _database(self) -> "Database":
        return self._store.database

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return self._find_names()

    def _file(self) -> "HeadFile":
        path: Path = self._settings.head_file or self._settings.home / HEAD_FILE
        return HeadFile(path, self._envelopes)
