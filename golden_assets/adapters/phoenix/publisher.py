"""Publishing a version: upload what is missing, read back, compare.

Phoenix takes an upload under an existing name as a sync (examples that are not in it are deleted in the new version), in one
transaction. A version that fits into one request is sent that way. A larger one is appended in batches first, which deletes nothing, and
then made whole by the sync, which by then has nothing left to create: only creating is limited, to some 32,000 examples a request. An
interrupted upload leaves a dataset that differs from the version, and the next `publish` completes it. Only what was read back and found
equal is reported.

The dataset version id is taken from that reading: the answer to an upload that changed nothing can name another version.
"""

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from golden_assets.adapters.phoenix.examples import Example, differences, examples_of
from golden_assets.domain.errors import ConfigurationError, PublishingError
from golden_assets.domain.versions import PublishedDataset, StoredVersion, VersionSummary

if TYPE_CHECKING:
    from golden_assets.adapters.phoenix.session import HeldDataset, PhoenixSession

DEFAULT_NAME = "golden_testset_{testset_name}"
"""One dataset per testset, whose Phoenix versions follow ours."""
BATCH_SIZE = 3_000
"""Rows per request: 3,000 took 6 to 9 s on two busy cores, and a batch should stay far below the time-out."""
MAX_BATCH_SIZE = 30_000
"""Phoenix on PostgreSQL fails beyond 32,767 new rows a request, the driver's limit of parameters."""


class PhoenixDatasetPublisher:
    """A `DatasetPublisher` over the REST interface of Phoenix 15 or newer. Holds no connection, so it works in any event loop.

    Args:
        base_url: the server's address; a trailing ``/v1/traces``, as exporters of traces want it, is ignored.
        api_key: for a server with authentication.
        timeout_seconds: how long Phoenix may take for one answer.
        dataset_name: name of the dataset, with the fields ``{testset_name}``, ``{version}`` and ``{created_at}`` (a datetime, so that
            ``golden_testset_v{version}_{created_at:%Y%m%d_%H%M%S}`` gives one dataset per version).
        batch_size: most rows in one request that may create rows, at most `MAX_BATCH_SIZE`.

    Raises:
        ConfigurationError: an argument cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        api_key: SecretStr | None = None,
        *,
        timeout_seconds: float = 60,
        dataset_name: str = DEFAULT_NAME,
        batch_size: int = BATCH_SIZE,
    ) -> None:
        self._base_url = server_address(base_url)
        self._api_key = api_key
        self._timeout_seconds = timeout_seconds
        self._dataset_name = _usable_template(dataset_name)
        if not 1 <= batch_size <= MAX_BATCH_SIZE:
            raise ConfigurationError(f"batch_size is {batch_size}", f"give a number from 1 to {MAX_BATCH_SIZE}")
        self._batch_size = batch_size

    async def publish(self, version: StoredVersion) -> PublishedDataset:
        """Upload, read back and compare; doing it again changes nothing.

        Publishing an older version makes it the dataset's latest again, under a new Phoenix version id.

        Raises:
            PublishingError: Phoenix is down, refuses, or holds something else than was sent.
        """
        from golden_assets.adapters.phoenix.session import open_session

        name, examples = self._name_of(version.summary), examples_of(version)
        key = self._api_key.get_secret_value() if self._api_key else None
        async with open_session(self._base_url, key, self._timeout_seconds) as session:
            held = await session.read(name)
            if held is None or differences(examples, held.examples):
                held = await self._upload(session, name, examples, held)
        return self._published(version, name, held)

    async def _upload(self, session: "PhoenixSession", name: str, examples: list[Example], held: "HeldDataset | None") -> "HeldDataset":
        """Bring the dataset to ``examples``, and read it back. Raises `PublishingError` when it holds anything else then."""
        found = differences(examples, held.examples if held else ())
        outdated = iter([example for example in examples if example["id"] in {*found.missing, *found.altered}])
        if len(found.missing) + len(found.altered) > self._batch_size:
            while batch := list(islice(outdated, self._batch_size)):
                await session.append(name, batch)
        await session.replace(name, examples)
        held = await session.read(name)
        if held is None:
            raise PublishingError(f"dataset {name!r} was deleted while it was uploaded", "publish again")
        if found := differences(examples, held.examples):
            problem = f"dataset {name!r} is not what was sent: of {len(examples)} rows {found}"
            raise PublishingError(problem, "publish again, and let nobody else write to this dataset")
        return held

    def _published(self, version: StoredVersion, name: str, held: "HeldDataset") -> PublishedDataset:
        """Where the version lives; the link opens its examples in the UI."""
        summary = version.summary
        return PublishedDataset(
            testset_name=summary.testset_name,
            version=summary.version,
            testset_hash=summary.testset_hash,
            dataset_id=held.dataset_id,
            dataset_version_id=held.version_id,
            dataset_name=name,
            url=f"{without_credentials(self._base_url)}/datasets/{held.dataset_id}/examples",
            example_count=len(held.examples),
        )

    def _name_of(self, summary: VersionSummary) -> str:
        return self._dataset_name.format(testset_name=summary.testset_name, version=summary.version, created_at=summary.created_at)


def server_address(base_url: str) -> str:
    """The address without path of the trace collector. Raises `ConfigurationError` unless it is http(s) with a host."""
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        shown = base_url.rpartition("@")[2]
        raise ConfigurationError(f"{shown!r} is not the address of a Phoenix server", "write it like http://127.0.0.1:6006")
    return base_url.rstrip("/").removesuffix("/v1/traces")


def _usable_template(template: str) -> str:
    """The template, once it was filled for trial. Raises `ConfigurationError` when it asks for anything but the three fields."""
    try:
        template.format(testset_name="golden", version="1.0.0", created_at=datetime.now(UTC))
    except (AttributeError, LookupError, ValueError) as error:
        raise ConfigurationError(f"the dataset name {template!r} cannot be filled", f"write it like {DEFAULT_NAME!r}") from error
    return template


def without_credentials(address: str) -> str:
    """The address as it may be shown."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
