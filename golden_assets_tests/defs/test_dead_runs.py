"""Runs of dead processes, and the model pool, on a real PostgreSQL as Dagster's storage."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from golden_assets.adapters.postgres import held_locks
from golden_assets.definitions import build_definitions
from golden_assets.defs import dead_runs
from golden_assets.defs.dead_runs import fail_dead_runs, process_tag, under_way
from golden_assets.defs.names import LLM_POOL, PROCESS_TAG
from golden_assets.defs.pool import pool_slot
from golden_assets.embedded.processes import own_mark

CONFIG = """
storage: {{postgres: {{postgres_url: "{url}"}}}}
telemetry: {{enabled: false}}
concurrency: {{pools: {{granularity: op, default_limit: 1}}}}
"""
STEP = "generated_testset"
ELSEWHERE = f"other-machine:other-boot.4026531836:1:{os.getpid()}"


@pytest.fixture
def instance(database_url: str, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "dagster.yaml").write_text(CONFIG.format(url=database_url.replace("+psycopg", "+psycopg2")))
    with dg.DagsterInstance.from_config(str(tmp_path)) as made:
        yield made


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_locks, "GRACE_SECONDS", 0.2)


def begin(instance: dg.DagsterInstance, tags: dict[str, str], **origin: Any) -> str:
    """A run that has started and says no more."""
    job = build_definitions().resolve_job_def("build_testset_job")
    run = instance.create_run_for_job(job_def=job, tags=tags, **origin)
    instance.report_dagster_event(dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, job.name, message="begun"), run.run_id)
    return str(run.run_id)


def status(instance: dg.DagsterInstance, run_id: str) -> str:
    return str(instance.get_run_by_id(run_id).status.value)


def claim(instance: dg.DagsterInstance, run_id: str) -> bool:
    return bool(instance.event_log_storage.claim_concurrency_slot(LLM_POOL, run_id, STEP).is_claimed)


def mark_of_a_dead_process() -> str:
    code = "from golden_assets.embedded.processes import own_mark; print(own_mark())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def failed_by_sweep(instance: dg.DagsterInstance) -> list[str]:
    told: list[str] = []
    fail_dead_runs(instance, told.append)
    return told


def test_a_run_whose_process_is_gone_fails_and_gives_its_slot_back(instance: dg.DagsterInstance) -> None:
    instance.event_log_storage.initialize_concurrency_limit_to_default(LLM_POOL)
    dead = begin(instance, {PROCESS_TAG: mark_of_a_dead_process()})
    living = begin(instance, process_tag())
    assert claim(instance, dead)
    assert not claim(instance, living)
    assert failed_by_sweep(instance) == [f"run {dead} failed: its process is gone"]
    assert (status(instance, dead), status(instance, living)) == ("FAILURE", "STARTED")
    assert claim(instance, living)


def test_a_slot_of_a_run_that_ended_is_given_back(instance: dg.DagsterInstance) -> None:
    instance.event_log_storage.initialize_concurrency_limit_to_default(LLM_POOL)
    ended = begin(instance, process_tag())
    assert claim(instance, ended)
    instance.report_run_failed(instance.get_run_by_id(ended))
    assert failed_by_sweep(instance) == []
    assert claim(instance, str(uuid.uuid4()))


def test_a_run_of_another_machine_is_left_alone_as_long_as_it_lives(instance: dg.DagsterInstance) -> None:
    run_id = begin(instance, {PROCESS_TAG: ELSEWHERE})
    with under_way(instance, run_id):
        assert failed_by_sweep(instance) == []
        assert status(instance, run_id) == "STARTED"
    assert len(failed_by_sweep(instance)) == 1
    assert status(instance, run_id) == "FAILURE"


def test_a_run_of_another_machine_that_takes_its_lock_again_lives(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_locks, "GRACE_SECONDS", 3.0)
    run_id = begin(instance, {PROCESS_TAG: ELSEWHERE})
    found: list[str] = []
    sweep = threading.Thread(target=fail_dead_runs, args=(instance, found.append))
    sweep.start()
    time.sleep(1.0)
    with under_way(instance, run_id):
        sweep.join()
    assert found == []
    assert status(instance, run_id) == "STARTED"


def test_a_run_without_a_mark_is_failed_only_if_it_is_ours_and_old(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, others = (begin(instance, {}, remote_job_origin=origin_of(module)) for module in ("golden_assets.definitions", "other.project"))
    assert failed_by_sweep(instance) == []
    monkeypatch.setattr(dead_runs, "START_TIMEOUT", timedelta(0))
    assert failed_by_sweep(instance) == [f"run {ours} failed: its process is gone"]
    assert status(instance, others) == "STARTED"


def origin_of(module: str) -> Any:
    """Where a run says that it was launched from."""
    from dagster._core.remote_origin import ManagedGrpcPythonEnvCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
    from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

    target = LoadableTargetOrigin(module_name=module, executable_path=sys.executable)
    location = ManagedGrpcPythonEnvCodeLocationOrigin(loadable_target_origin=target, location_name="any")
    return RemoteJobOrigin(repository_origin=RemoteRepositoryOrigin(location, "__repository__"), job_name="build_testset_job")


def test_who_waits_for_the_pool_names_the_run_and_goes_on_when_it_ends(instance: dg.DagsterInstance) -> None:
    first, second, told = begin(instance, {PROCESS_TAG: ELSEWHERE}), str(uuid.uuid4()), []
    with under_way(instance, first), pool_slot(instance, first, [STEP], told.append):
        leave = threading.Timer(2.5, instance.event_log_storage.free_concurrency_slots_for_run, [first])
        leave.start()
        begun, used = time.monotonic(), time.process_time()
        with pool_slot(instance, second, [STEP], told.append):
            assert time.monotonic() - begun > 2
            assert claim(instance, second), "the step finds its slot taken by itself"
    assert told == [f"waiting for run {first} on other-machine (pool llm)"]
    assert time.process_time() - used < 1.5
    assert instance.event_log_storage.get_concurrency_info(LLM_POOL).claimed_slots == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_wait_for_the_pool_ends_at_once_when_it_is_interrupted(instance: dg.DagsterInstance, number: signal.Signals) -> None:
    before, first, second = signal.getsignal(number), begin(instance, process_tag()), str(uuid.uuid4())
    with pool_slot(instance, first, [STEP], print):
        threading.Timer(1.5, os.kill, [os.getpid(), number]).start()
        begun = time.monotonic()
        with pytest.raises(KeyboardInterrupt), pool_slot(instance, second, [STEP], print):
            pass
        assert time.monotonic() - begun < 5
        assert instance.event_log_storage.get_concurrency_info(LLM_POOL).pending_run_ids == set()
    assert signal.getsignal(number) is before


def test_a_command_killed_while_it_waits_leaves_no_claim(instance: dg.DagsterInstance) -> None:
    holder, waiting, killed = begin(instance, process_tag()), str(uuid.uuid4()), str(uuid.uuid4())
    with pool_slot(instance, holder, [STEP], print), under_way(instance, waiting):
        assert not claim(instance, killed)
        assert not claim(instance, waiting)
        failed_by_sweep(instance)
        assert instance.event_log_storage.get_concurrency_info(LLM_POOL).pending_run_ids == {waiting}


def test_an_instance_without_pools_is_not_waited_for() -> None:
    with dg.DagsterInstance.ephemeral() as unlimited, under_way(unlimited, "a"), pool_slot(unlimited, "a", [STEP], print):
        assert own_mark()
