"""The composition root: every part is made once, honours the same settings, and can be replaced."""

import asyncio
from typing import Any

import pandas as pd
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from golden_assets.adapters.postgres import migrations
from golden_assets.adapters.testing import (
    InMemoryArtifactStore,
    InMemoryRegistryAuditor,
    InMemoryVersionStore,
    RecordingDatasetPublisher,
)
from golden_assets.application import Application
from golden_assets.domain.core.errors import GateError
from golden_assets.domain.review.queue import RowDecision
from golden_assets.manager import GoldenTestsetManager
from golden_assets.settings.settings import Settings

STORES = ("versions", "artifacts", "experiment_store", "monitor", "alerts", "cached_embedder", "auditor")


def on(url: str, **settings: Any) -> Application:
    return Application(Settings(database_url=SecretStr(url), auto_migrate=True, **settings))


def databases_of(application: Application) -> set[int]:
    """The connections of every store, as far as they can be seen from outside."""
    return {id(application.database), id(application.versions.database), id(application.artifacts._database)} | {
        id(application.alerts._database)
    }


async def test_every_store_has_the_statement_timeout_of_the_settings(database_url: str) -> None:
    application = on(database_url, statement_timeout_seconds=7)
    for name in STORES:
        getattr(application, name)
    assert len(databases_of(application)) == 1
    found = await application.database.run(lambda connection, _: connection.execute(text("SHOW statement_timeout")))
    assert found.scalar_one() == "7s"
    assert application.ledger._presence._timeout == 7
    await application.close()


async def test_the_schema_is_looked_at_once(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    real = migrations.require_schema

    def counted(url: str, *, upgrade: bool) -> None:
        looks.append(url)
        real(url, upgrade=upgrade)

    monkeypatch.setattr(migrations, "require_schema", counted)
    application = on(database_url)
    for name in (*STORES, "ledger"):
        getattr(application, name)
    assert len(looks) == 1


def test_models_are_shared_and_the_embedded_ones_book_nothing() -> None:
    application = Application(Settings(model_provider="extractive"))
    assert application.generator._means.model is application.model
    assert application.settings.writes_offline
    assert application.settings.costs_nothing
    assert "ledger" not in vars(application)
    assert "database_url" not in vars(application)


def test_what_is_not_a_part_cannot_be_given() -> None:
    with pytest.raises(TypeError, match="no part version_store"):
        Application(Settings(), version_store=InMemoryVersionStore())


def in_memory() -> tuple[Application, InMemoryVersionStore, RecordingDatasetPublisher]:
    versions, publisher = InMemoryVersionStore("golden"), RecordingDatasetPublisher()
    parts = {"versions": versions, "publisher": publisher, "artifacts": InMemoryArtifactStore(), "auditor": InMemoryRegistryAuditor()}
    return Application(Settings(tracing=False), **parts), versions, publisher


def frame(*questions: str) -> pd.DataFrame:
    return pd.DataFrame({"user_input": questions, "reference": [f"answer to {question}" for question in questions]})


def test_the_fakes_work_with_the_manager_through_a_whole_life() -> None:
    application, versions, publisher = in_memory()

    async def _live() -> None:
        async with GoldenTestsetManager(application=application, performed_by="Ada") as manager:
            first = await manager.create_version(frame("a", "b"), {"source": "test"}, auto_promote=True)
            second = await manager.create_version(frame("a", "b", "c"), {})
            assert (first.status, second.status, first.metadata) == ("active", "draft", {"source": "test"})
            assert await manager.promote_version(second.version)
            row = second.stored.testset.rows[0].row_id
            await manager.decide_row(second.version, RowDecision(row_id=row, decision="approve", reviewer="Ada"))
            await manager.give_feedback(second.version, row, "bad", "unclear")
            assert len(await manager.review(second.version)) == 3
            assert (await manager.release_facts(second.version)).reviews.approved == 1
            assert (await manager.approve_version(second.version))[1]
            twice = pd.DataFrame({"user_input": ["a", "a"], "reference": ["x", "y"]})
            with pytest.raises(GateError, match="questions_occur_once"):
                await manager.create_version(twice, {}, auto_promote=True)
            assert await manager.rollback_version(first.version, "worse")
            assert (await manager.get_active_version()).version == first.version
            assert await manager.verify() == []
            await manager.archive(first.version)
            assert await manager.get_active_version() is None

    asyncio.run(_live())
    assert [operation for operation, *_ in versions.refusals] == ["promote"]
    assert publisher.received[-1].summary.version == "1.0.0"
