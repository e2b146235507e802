"""The database hashes JSON digit for digit like the domain does."""

import psycopg
import pytest
import rfc8785
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from golden_assets.adapters.postgres.row_mapping import dumps, loads
from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.versions.diffs import row_key
from golden_assets_tests.factories import a_context, a_row

FROM_THE_STANDARD = [
    0.0, -0.0, 5e-324, -5e-324, 1.7976931348623157e308, 9007199254740991, -9007199254740991, 295147905179352830000.0,
    9.999999999999997e22, 1e23, 1.0000000000000001e23, 999999999999999700000.0, 999999999999999900000.0, 1e21, 9.999999999999997e-7,
    0.000001, 333333333.3333332, 333333333.33333325, 333333333.3333333, -0.0000033333333333333333, 1424953923781206.2, 4.50, 2e-3, 1e-27,
]  # fmt: skip
"""The numbers of RFC 8785, appendix B and section 3.2.2, with neighbours of the places where notation changes."""

text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
on_one_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150, derandomize=True)


def canonical(connection: psycopg.Connection, value: object) -> str:
    return connection.execute("SELECT golden_assets.canonical_json(%s)", [Jsonb(value, dumps=dumps)]).fetchone()[0]


@pytest.mark.parametrize("number", FROM_THE_STANDARD)
def test_numbers_are_written_as_the_standard_says(owner: psycopg.Connection, number: float):
    assert canonical(owner, number) == rfc8785.dumps(number).decode()


def test_keys_are_ordered_by_utf16_code_units(owner: psycopg.Connection):
    value = {
        "\u20ac": 1,
        "\r": 2,
        "\ufb33": 3,
        "1": 4,
        "\U0001f600": 5,
        "\u0080": 6,
        "\u00f6": 7,
        "\uee00": 8,
        "\uffff": 9,
        "a": 10,
        "A": 11,
    }
    assert canonical(owner, value) == rfc8785.dumps(value).decode()


@on_one_database
@given(values)
@example({"a": [1e23, {"b": ""}], "": {}})
@example('\x01\x1f\x7f\x80\u2028"\\/\b\f\n\r\t')
def test_any_json_is_canonical_in_the_database_as_in_python(owner: psycopg.Connection, value: object):
    assert canonical(owner, value) == rfc8785.dumps(value).decode()


@on_one_database
@given(values)
@example(1e22)
def test_what_is_read_back_hashes_like_what_was_stored(owner: psycopg.Connection, value: object):
    stored = owner.execute("SELECT %s::jsonb::text", [Jsonb(value, dumps=dumps)]).fetchone()[0]
    assert rfc8785.dumps(loads(stored)) == rfc8785.dumps(value)


@on_one_database
@given(text, text, st.lists(text, max_size=3), text, st.dictionaries(text, values, max_size=3))
def test_rows_hash_in_the_database_as_in_the_domain(owner: psycopg.Connection, question, answer, passages, kind, extra):
    row = a_row(
        user_input=question,
        reference=answer,
        contexts=tuple(a_context().model_copy(update={"text": passage}) for passage in passages),
        question_type=kind,
        extra=extra,
    )
    found = owner.execute(
        "SELECT golden_assets.row_hash(%(row)s), golden_assets.sha256_hex(%(row)s ->> 'user_input')",
        {"row": Jsonb(row.model_dump(mode="json"), dumps=dumps)},
    ).fetchone()
    assert found == (row.row_hash, row_key(row).question_hash)
    assert row_key(row).question_hash == sha256_text(question)
