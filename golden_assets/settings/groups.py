"""Every setting with its default, in groups. A new one is a line here, and a sentence under it: file, environment, `config show` and the
reference in `docs/configuration.md` follow.

These can differ from testset to testset; what all testsets share is in `deployment`.
"""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from golden_assets.domain.testsets.requests import DEFAULT_LANGUAGE, DEFAULT_SIZE
from golden_assets.domain.versions.version_numbers import DEFAULT_MINOR_SHARE, NumberingStrategy
from golden_assets.settings.types import CriticNames, CronTime, Folders, PatternList, TypeShares, shared


class Group(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, hide_input_in_errors=True, defer_build=True)
    per_testset: ClassVar[bool] = True


class DocumentSettings(Group):
    """Which documents questions are asked about."""

    docs: str | None = None
    """A folder, ``table:NAME``, a table of the database at ``documents_url``, or ``sample``, the sample corpus. Without it a run reads
    where documents were read last, and the sample corpus the first time. Never a URL with a password: locations show in metadata and run
    configuration."""
    include: PatternList = ()
    """Only files of the folder that one of these patterns matches are read, such as ``guides/`` or ``*.md``; patterns as in ``.gitignore``.
    A run may name others, with ``--include``."""
    exclude: PatternList = ()
    """Files and folders that one of these patterns matches are left out, as packages, built pages, licences and what a ``.goldenignore``
    names always are. A run may name others, with ``--exclude``."""
    document_roots: Folders = ()
    """Folders whose content runs may read, beside ``docs`` and the folders that were named to ``golden-assets run``. Whoever may open
    Dagster's UI can start a run on any folder below them, and on no other."""
    documents_url: SecretStr | None = None
    """The database with the table; by default the one that ``database_url`` names."""
    max_document_bytes: int = Field(20 * 2**20, ge=1)
    """Larger files are skipped."""
    max_document_seconds: float = Field(10.0, gt=0, le=3600)
    """Files that take more processor time to read are skipped."""
    min_change: float = Field(0.0, ge=0, le=1)
    """The share of the documents' content that must have changed before `document_change_sensor` requests a new testset."""
    settle_seconds: float = Field(10.0, ge=0, le=86_400)
    """Seconds that changed documents must have stood still before they are read: a folder that is being written to is waited for."""


class PersonaSettings(Group):
    """Somebody who asks questions."""

    name: str = Field(min_length=1)
    """What they are called."""
    role_description: str = Field(min_length=1)
    """What they do, and what they want to know."""


class GenerationSettings(Group):
    """What is asked for."""

    default_size: int = Field(DEFAULT_SIZE, ge=1, le=100_000)
    """Rows of a testset when a run does not say how many. Where it is not set, a run asks for as many as the active version was asked for,
    and the first one for this number; so it is with ``language``."""
    max_size: int = Field(100_000, ge=1, le=100_000)
    """A run that asks for more rows is refused."""
    question_types: Annotated[TypeShares | None, NoDecode] = None
    """The share of each type, ``simple=0.5,multi_context=0.3,reasoning=0.2`` or RAGAS's own names; by default the model decides."""
    personas_enabled: bool = True
    """Have the model name three kinds of readers of these documents, in whose voices questions are asked: one call for a testset from
    scratch. Without it, and with the embedded model, they are three that fit any documentation."""
    personas: tuple[PersonaSettings, ...] = ()
    """The readers in whose voices questions are asked, each with ``name`` and ``role_description``, as a list or its JSON; no
    others are asked for then."""
    language: str = DEFAULT_LANGUAGE
    """The language of questions and answers, by its English name; the embedded model writes English only."""
    seed_rows: Path | None = None
    """A JSON Lines or CSV file of human-written rows, carried into every version beside the generated ones."""

    @field_validator("max_size")
    @classmethod
    def _default_is_allowed(cls, value: int, others: ValidationInfo) -> int:
        if value < others.data.get("default_size", 0):
            raise ValueError(f"it must be at least default_size, {others.data['default_size']}")
        return value


class ModelSettings(Group):
    """The models that write rows and compare texts."""

    model_provider: Literal["extractive", "openai"] | None = None
    """``extractive`` (embedded: no key, no network) or ``openai`` (any OpenAI-compatible endpoint); by default the latter exactly when
    an API key is set."""
    model: str = "gpt-4.1-mini"
    """The chat model."""
    embedding_model: str = "text-embedding-3-small"
    """The endpoint's embedding model, or ``embedded`` for the one that ships with golden_assets: no key, no cost, English texts."""
    openai_api_key: SecretStr | None = Field(None, validation_alias=shared("OPENAI_API_KEY", "openai_api_key"))
    """The key of the endpoint."""
    openai_base_url: str | None = Field(None, validation_alias=shared("OPENAI_BASE_URL", "openai_base_url"))
    """The endpoint; OpenAI's own by default."""
    input_price: float | None = Field(None, ge=0)
    """US dollars per million prompt tokens; like the other prices only needed for models that `genai-prices` does not know."""
    output_price: float | None = Field(None, ge=0)
    """US dollars per million completion tokens."""
    embedding_price: float | None = Field(None, ge=0)
    """US dollars per million tokens of the embedding model."""
    request_timeout_seconds: float = Field(120.0, gt=0)
    """How long one model call may take; a model on a machine of your own may need 600."""
    max_attempts: int = Field(6, ge=1, le=20)
    """How often a model call is tried."""
    max_concurrency: int = Field(16, ge=1, le=256)
    """Model calls at a time."""


class CriticSettings(Group):
    """Critics that ask the chat model about every row.

    There are others that ask no model; rows, and versions, are judged by both.
    """

    critics: CriticNames | None = None
    """Those that are on, ``claims,answerable,hop,closed_book`` or fewer, ``none`` for none; by default the first three where an endpoint
    is configured, and none with the embedded model, which copies sentences and can judge nothing. What each adds to a row's cost is in
    [How rows are written](generation.md#critics-that-ask-a-model)."""
    closed_book: Literal["warn", "reject"] = "warn"
    """What the critic ``closed_book`` does with a row whose answer the model knows without the passages."""


class TaskSettings(Group):
    """An HTTP endpoint as the task ``endpoint`` of experiments."""

    task_url: str | None = None
    """Where every question is POSTed to."""
    task_body: str = '{"question": "{{question}}"}'
    """The JSON that is sent; ``{{question}}`` stands for the question."""
    task_answer: str = Field("/answer", pattern=r"^(/.*)?$")
    """JSON pointer to the answer's text in what the endpoint returns."""
    task_contexts: str | None = Field(None, pattern=r"^(/.*)?$")
    """JSON pointer to the list of passages that were retrieved; without it, retrieval is not scored."""
    task_headers: SecretStr | None = None
    """Headers of the request, as JSON: ``{"Authorization": "Bearer ..."}``."""


class VersionSettings(Group):
    """How versions are numbered and activated."""

    testset_name: str = Field("golden", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")
    """Versions are numbered per testset; one that is named under ``testsets`` has that name."""
    version_strategy: NumberingStrategy = "semantic"
    """``semantic`` (the bump follows from the rows), ``timestamp`` or ``incremental``."""
    auto_bump: bool = True
    """Choose numbers; without it every new version must be given its number."""
    minor_share: float = Field(DEFAULT_MINOR_SHARE, ge=0, le=1)
    """The share of the rows above which a change is a MINOR one."""
    auto_promote: bool = True
    """Whether `promotion_sensor` activates a published version whose gates all passed; without it people do."""
    require_approval: bool = False
    """Whether a version is promoted only after ``golden-assets approve``."""


class ScheduleSettings(Group):
    """What runs at fixed times.

    A time here, five fields as in cron and in UTC, switches a schedule on; without one it is off until it is switched on in Dagster's
    UI. What the UI was told last counts most.
    """

    regeneration_schedule: CronTime | None = None
    """When `testset_weekly_schedule` builds a testset, like ``0 3 * * 1`` (Mondays at 3:00); it may spend money."""
    monitoring_schedule: CronTime | None = None
    """When `monitoring_daily_schedule` looks after the active version, like ``0 6 * * *``; it spends nothing."""
    proposal_schedule: CronTime | None = None
    """When `full_regeneration_monthly_schedule` says what writing every row again would take, like ``0 4 1 * *``; it spends nothing."""


class MonitoringSettings(Group):
    """What people are told of."""

    alert_email: str | None = None
    """Where alerts are sent: addresses, separated by commas. Needs ``smtp_host``."""
    smtp_host: str | None = None
    """The mail server that takes alerts."""
    smtp_port: int = Field(587, ge=1, le=65535)
    """Its port."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection to it is encrypted."""
    smtp_user: str | None = None
    """The user to log in as; by default no login."""
    smtp_password: SecretStr | None = None
    """The password of that user."""
    smtp_sender: str | None = None
    """The address that alerts come from; by default the first they go to."""
    slack_url: SecretStr | None = None
    """An incoming webhook of Slack, or of what understands its format."""
    webhook_url: SecretStr | None = None
    """A URL that takes alerts as JSON."""
    alerts_per_hour: int = Field(20, ge=1, le=10_000)
    """Messages to each of these at most; what is above waits."""
    quality_alert_threshold: float = Field(0.6, ge=0, le=1)
    """An alert is due when the mean of the active version's quality scores is below."""
