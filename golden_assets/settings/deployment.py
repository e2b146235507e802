"""Settings that all testsets share: servers, storage, Phoenix, what may be spent. Written like those in `groups`."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from golden_assets.settings.groups import Group
from golden_assets.settings.types import Hosts, Shares, shared


class CostSettings(Group):
    """What model calls may cost.

    In US dollars, over all testsets of the database; days and months are those of UTC.
    """

    per_testset: ClassVar[bool] = False

    cost_limit_run: float | None = Field(None, ge=0, allow_inf_nan=False)
    """At most this for a run."""
    cost_limit_daily: float | None = Field(None, ge=0, allow_inf_nan=False)
    """At most this for a day."""
    cost_limit_monthly: float | None = Field(None, ge=0, allow_inf_nan=False)
    """At most this for a month."""
    cost_limit_testset_daily: float | None = Field(None, ge=0, allow_inf_nan=False)
    """At most this for a day of one testset."""
    cost_limit_testset_monthly: float | None = Field(None, ge=0, allow_inf_nan=False)
    """At most this for a month of one testset."""
    cost_alert_shares: Shares = (0.5, 0.8, 1.0)
    """The shares of a limit that are warned of, each once a period."""


class ServerSettings(Group):
    """Where things are stored and which servers are used."""

    per_testset: ClassVar[bool] = False

    testset: str | None = None
    """The testset that a command means when several are configured; ``--testset`` says it, too."""
    home: Path = Path(".golden")
    """The data of the embedded servers and of Dagster."""
    database_url: SecretStr | None = None
    """The registry; by default the embedded PostgreSQL. Dagster then stores in its schema ``dagster``."""
    dagster_url: SecretStr | None = None
    """Dagster's own storage, when it is to be elsewhere."""
    auto_migrate: bool = False
    """Bring the schema of ``database_url`` up to date before it is used, as is done for the embedded one. Without it,
    ``golden-assets db up`` does it when you want it."""
    ui_hosts: Hosts = ()
    """Names under which browsers reach the Dagster and Phoenix that `golden-assets` starts, beside ``localhost``: those of a proxy before
    them. Requests under other names are refused, see [Open the UIs to others](how-to/ui-access.md)."""
    pool_min: int = Field(5, ge=1, le=1000)
    """Connections to the registry that a process keeps open."""
    pool_max: int = Field(20, ge=1, le=1000)
    """Connections to the registry that a process has at most."""
    statement_timeout_seconds: float = Field(60.0, ge=0.001, le=86_400)
    """A statement is cancelled after this time, and a server that has not answered 10 seconds later is given up."""
    postgres_binaries: Path | None = None
    """The folder with the programs of PostgreSQL; by default those of the installed package."""

    @field_validator("pool_max")
    @classmethod
    def _pool_holds_its_minimum(cls, value: int, others: ValidationInfo) -> int:
        if value < others.data.get("pool_min", 0):
            raise ValueError(f"the pool must hold at least pool_min, {others.data['pool_min']} connections")
        return value


class IntegritySettings(Group):
    """What vouches for the registry outside of the database.

    At every promotion its head, one hash over all that is stored, is written into a file and into Phoenix; ``golden-assets verify``
    compares the registry with them.
    """

    per_testset: ClassVar[bool] = False

    head_file: Path | None = None
    """The file that keeps heads; by default ``heads.jsonl`` in ``home``. It protects best where the database's owner cannot write."""
    signing_key: Path | None = None
    """A private key, as ``ssh-keygen -t ed25519`` writes it and without a passphrase, that heads are signed with."""
    trusted_key: Path | None = None
    """The public key that signed heads must be signed with; by default that of ``signing_key``."""


class PhoenixSettings(Group):
    """Where versions are published and traces are recorded."""

    per_testset: ClassVar[bool] = False

    phoenix: Literal["embedded", "none"] = "embedded"
    """``none`` works without Phoenix: no datasets, experiments and traces there; gates, versions and promotion stay. Else there is one:
    that at ``phoenix_endpoint``, or the embedded one."""
    phoenix_endpoint: str | None = Field(None, validation_alias=shared("PHOENIX_COLLECTOR_ENDPOINT", "phoenix_endpoint"))
    """Phoenix; by default the embedded one."""
    phoenix_api_key: SecretStr | None = Field(None, validation_alias=shared("PHOENIX_API_KEY", "phoenix_api_key"))
    """The key of a Phoenix with authentication."""
    phoenix_python: Path | None = None
    """The Python in whose environment the embedded Phoenix is installed."""
    phoenix_datasets: Literal["per_testset", "per_version"] = "per_testset"
    """``per_testset`` (one dataset that holds the active version, and one for candidates) or ``per_version`` (a dataset each, named
    ``golden_testset_v{version}_{time of creation}``)."""
    phoenix_timeout_seconds: float = Field(60.0, gt=0, le=3600)
    """How long a request to Phoenix may take."""
    phoenix_attempts: int = Field(4, ge=1, le=20)
    """How often a request to Phoenix is made at most."""
    phoenix_ca_file: Path | None = None
    """The certificates to trust in place of the usual ones."""
    tracing: bool = True
    """Record spans in a Phoenix that is configured, or that runs embedded."""
    trace_project: str = Field("golden-testset-management", min_length=1)
    """The project the spans are recorded in."""
    trace_content: bool = True
    """Whether spans hold text of documents, questions and answers."""
