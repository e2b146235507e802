"""Heads in a file: kept once, signed where there is a key, and distrusted when somebody touched them."""

import asyncio
import json
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from golden_assets.adapters.heads.envelopes import HeadEnvelopes
from golden_assets.adapters.heads.file import HeadFile
from golden_assets.adapters.postgres import Database, PostgresVersionStore
from golden_assets.application import Application
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.versions.heads import ChainHead, KeptHead, RegistryHead, head_mismatches
from golden_assets.domain.versions.sealing import Seal
from golden_assets.settings.settings import Settings

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def a_seal(sequence: int, seal_hash: str) -> Seal:
    record = {"relation": "golden_row_feedback", "record_id": str(sequence), "record_hash": "r", "transaction_id": "1", "sealed_at": NOW}
    return Seal(sequence=sequence, previous_hash="p", seal_hash=seal_hash, **record)


def a_head(**changes: Any) -> RegistryHead:
    """Two seals of the testset ``golden`` in ``db``."""
    fields: dict[str, Any] = {
        "testset_name": "golden",
        "place": "db",
        "written_at": NOW,
        "active": "1.0.0",
        "own": ChainHead(seals=2, seal_hash="b", origin="a"),
        "shared": ChainHead(),
        "migration": 22,
        "schema_hash": "s",
    }
    return RegistryHead(**fields | changes)


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """A key as users make one."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", path], check=True)
    return path


@contextmanager
def disk_with_room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def mismatches(*kept: KeptHead, seals: str = "ab", place: str = "db", schema_hash: str = "s") -> tuple[str, ...]:
    own = [a_seal(number, name) for number, name in enumerate(seals, 1)]
    return head_mismatches(kept, (place, f"the database at {place}"), own, [], 22, schema_hash)


def kept(head: RegistryHead, **changes: Any) -> KeptHead:
    return KeptHead(head=head, where="file", **changes)


def test_a_registry_that_went_on_since_matches_its_head():
    assert mismatches(kept(a_head()), seals="abcd") == ()


@pytest.mark.parametrize(
    ("seals", "said"), [("a", "counts 2 seals, and there are 1"), ("ax", "history was rewritten"), ("xy", "history was rewritten")]
)
def test_a_registry_that_lost_or_changed_something_does_not(seals: str, said: str):
    (fault,) = mismatches(kept(a_head()), seals=seals)
    assert said in fault


def test_the_newest_head_speaks_for_the_older_ones():
    older = a_head(own=ChainHead(seals=1, seal_hash="z", origin="a"))
    assert len(mismatches(kept(older), kept(a_head()), seals="xy")) == 1


def test_a_restored_copy_elsewhere_is_compared_and_another_registry_is_left_alone():
    assert len(mismatches(kept(a_head(own=ChainHead(seals=3, seal_hash="c", origin="a"))), place="elsewhere")) == 1
    rewritten = a_head(own=ChainHead(seals=9, seal_hash="z", origin="z"))
    assert mismatches(kept(rewritten), place="elsewhere") == ()
    assert len(mismatches(kept(rewritten.model_copy(update={"place": "the database at db"})))) == 1, "as an earlier release named it"


def test_another_schema_is_named():
    assert "the schema is not the one" in mismatches(kept(a_head()), schema_hash="t")[0]


def test_a_head_is_kept_once_and_read_back(tmp_path: Path):
    file = HeadFile(tmp_path / "deep" / "heads.jsonl", HeadEnvelopes())
    for head in (a_head(), a_head(written_at=datetime.now(UTC)), a_head(active="1.1.0"), a_head(testset_name="other")):
        file.keep(head)
    heads, problems = file.read("golden")
    assert ([one.head for one in heads], problems) == ([a_head(), a_head(active="1.1.0")], [])
    assert file.path.stat().st_mode & 0o077 == 0


def test_a_head_that_was_changed_or_damaged_is_not_trusted(tmp_path: Path):
    file = HeadFile(tmp_path / "heads.jsonl", HeadEnvelopes())
    file.keep(a_head())
    file.path.write_text(file.path.read_text().replace('"seals":2', '"seals":1') + "{}\nnonsense\n")
    (one,), problems = file.read("golden")
    assert one.problem == "was changed: it does not match its hash"
    assert problems == [f"what is kept in heads.jsonl line {line} is not a head: it was damaged" for line in (2, 3)]
    assert "was changed" in mismatches(one)[0]


def test_what_a_full_disk_left_of_a_head_does_not_spoil_the_next_one(tmp_path: Path):
    file = HeadFile(tmp_path / "heads.jsonl", HeadEnvelopes())
    file.keep(a_head())
    with disk_with_room_for(file.path.stat().st_size + 10), pytest.raises(ConfigurationError, match="cannot be used"):
        file.keep(a_head(active="1.1.0"))
    file.keep(a_head(active="1.1.0"))
    heads, problems = file.read("golden")
    assert [one.head.active for one in heads] == ["1.0.0", "1.1.0"]
    assert problems == ["what is kept in heads.jsonl line 2 is not a head: it was damaged"]


def test_a_registry_that_cannot_be_asked_for_its_head_is_told_of_and_no_error(tmp_path: Path):
    unreachable = Database("postgresql://me:secret@127.0.0.1:1/x", attempts=1)
    audit = Application(Settings(home=tmp_path), versions=PostgresVersionStore(unreachable, "golden")).auditor
    (problem,) = asyncio.run(audit.keep_head())
    assert problem.startswith("the registry's head is not written down: the database at 127.0.0.1:1/x cannot be used")
    assert "secret" not in problem


def test_a_signed_head_is_trusted_by_its_key_alone(tmp_path: Path):
    ours, other = make_key(tmp_path / "ours"), make_key(tmp_path / "other")
    wrapped = HeadEnvelopes(ours).wrap(a_head())
    for reader, trusted in (
        (HeadEnvelopes(ours), True),
        (HeadEnvelopes(trusted_key=tmp_path / "ours.pub"), True),
        (HeadEnvelopes(other), False),
    ):
        opened = reader.open(wrapped, "there")
        assert isinstance(opened, KeptHead)
        assert opened.signed is trusted
        assert (opened.problem is None) is trusted
    forged = json.loads(json.dumps(wrapped).replace('"seals": 2', '"seals": 1'))
    forged["head_hash"] = RegistryHead.model_validate(forged["head"]).head_hash
    assert HeadEnvelopes(ours).open(forged, "there").problem == "is not signed by the trusted key"


def test_a_head_without_a_signature_after_signed_ones_is_named():
    signed, bare = kept(a_head(), signed=True), kept(a_head(written_at=datetime.now(UTC)))
    (fault,) = mismatches(signed, bare)
    assert fault.endswith("is not signed, and the one before it is")
    assert mismatches(bare, signed) == ()


@pytest.mark.parametrize(("kind", "passphrase", "said"), [("rsa", "", "not an Ed25519 key"), ("ed25519", "secret", "without a passphrase")])
def test_a_key_that_cannot_sign_is_refused(tmp_path: Path, kind: str, passphrase: str, said: str):
    key = make_key(tmp_path / "key", kind, passphrase)
    with pytest.raises(ConfigurationError, match=said):
        HeadEnvelopes(key)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        HeadEnvelopes(tmp_path / "missing")
    with pytest.raises(ConfigurationError, match="not an OpenSSH public key"):
        HeadEnvelopes(trusted_key=key)
