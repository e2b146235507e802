"""Every name that Dagster shows and that more than one module spells: groups, owners, kinds, tags, metadata keys, asset keys."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any, TypeVar, get_origin

OWNERS = ["team:rag-quality"]

SOURCES = "sources"
TESTSETS = "testsets"
QUALITY = "quality"
VERSIONS = "versions"
PUBLISHING = "publishing"
MONITORING = "monitoring"
EVALUATION = "evaluation"

SOURCE_DOCUMENTS = "source_documents"
GENERATED_TESTSET = "generated_testset"
QUALITY_REPORT = "quality_report"
STORED_VERSION = "stored_version"
PHOENIX_DATASET = "phoenix_dataset"
ACTIVE_VERSION = "active_version"
OPERATION_RATES = "operation_rates"
QUALITY_HISTORY = "quality_history"
REGISTRY_INTEGRITY = "registry_integrity"
REGENERATION_PROPOSAL = "regeneration_proposal"
GENERATION_COSTS = "generation_costs"
BASELINE_EXPERIMENT = "baseline_experiment"
AB_COMPARISON = "ab_comparison"

BUILT = (SOURCE_DOCUMENTS, GENERATED_TESTSET, QUALITY_REPORT, STORED_VERSION, PHOENIX_DATASET)
"""What `BUILD_JOB` makes."""
MONITORED = (OPERATION_RATES, QUALITY_HISTORY, REGISTRY_INTEGRITY, GENERATION_COSTS)
"""What `MONITOR_JOB` makes."""
ASSETS = (*BUILT, ACTIVE_VERSION, BASELINE_EXPERIMENT, AB_COMPARISON, *MONITORED, REGENERATION_PROPOSAL)
"""All of ours; a code location may have others."""

BUILD_JOB = "build_testset_job"
PROMOTE_JOB = "promote_version_job"
MONITOR_JOB = "monitor_testset_job"
PROPOSE_JOB = "propose_regeneration_job"
COSTS_JOB = "report_costs_job"
JOBS = (BUILD_JOB, PROMOTE_JOB, MONITOR_JOB, PROPOSE_JOB, COSTS_JOB)

LLM_POOL = "llm"
"""Concurrency pool of everything that calls a model."""

ADDRESS = "golden_assets/address"
"""Metadata key: where the store keeps what this materialization stands for (a content hash, or a version number)."""

LOCATION = "golden_assets/location"
"""Metadata key: where the documents were read, the same in every process: an absolute folder, a table, or the sample corpus."""

TESTSET = "golden_assets/testset_name"
"""Metadata key: the testset that documents were read for; one that is not in the settings shares its asset keys with others."""

REQUEST = "golden_assets/request"
"""Metadata key: what the run that read the documents asks the generator for."""

EXPECTED = "golden_assets/expected"
"""Metadata key: the estimate of what that run takes."""

CAUTION = "caution"
"""Metadata key: what people should know before they use what a run makes of these documents."""

TYPES_NOTE = "question_types_note"
"""Metadata key: which question types are asked for instead of those that the documents cannot yield, and why."""

TESTSET_TAG = "golden_assets/testset"
VERSION_TAG = "golden_assets/version"
ATTEMPT_TAG = "golden_assets/attempt"
CORPUS_TAG = "golden_assets/corpus"
PROCESS_TAG = ".dagster/golden_assets_process"
"""Run tag of every run under way: the mark of the process that executes it. The UI hides tags that begin so."""

DEFINITIONS_MODULE = "golden_assets.definitions"
"""What code locations load."""

TESTSET_ATTRIBUTE = "testset:"
"""How the attribute of `golden_assets.definitions` begins that holds the definitions of a named testset."""


AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])
NAMESPACE = "golden_assets__"
"""Begins the keys of our resources, so that they do not clash with those of a code location that has others.

Dagster takes the name of a parameter for the key of its resource. The bodies of assets, checks, sensors and schedules keep short names for
parameters, and Dagster sees a signature with the keys: ``versions`` asks for ``golden_assets__versions``.
"""


def resource_key(name: str) -> str:
    """The key under which Dagster knows our resource of this name."""
    return NAMESPACE + name


def by_short_name(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that Dagster passes, under the names of the parameters."""
    return {name.removeprefix(NAMESPACE): argument for name, argument in arguments.items()}


def signature_with_keys(function: Callable[..., Any]) -> inspect.Signature:
    """The signature of a function whose `ResourceParam` parameters are named by the keys of their resources."""
    signature = inspect.signature(function)
    return signature.replace(parameters=[_with_key(parameter) for parameter in signature.parameters.values()])


def _with_key(parameter: inspect.Parameter) -> inspect.Parameter:
    if get_origin(parameter.annotation) is not Annotated:
        return parameter
    return parameter.replace(name=resource_key(parameter.name), kind=inspect.Parameter.KEYWORD_ONLY)


def with_our_resources(function: AnyFunction) -> AnyFunction:
    """Decorates the body of a sensor or schedule: it gets our resources. `traced_step` does the same for assets and checks."""

    @wraps(function)
    def _called(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **by_short_name(kwargs))

    _called.__signature__ = signature_with_keys(function)  # type: ignore[attr-defined]
    called: Any = _called
    decorated: AnyFunction = called
    return decorated
