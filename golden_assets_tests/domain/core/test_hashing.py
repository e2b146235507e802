"""Content addresses against known digests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rfc8785 import CanonicalizationError

from golden_assets.domain.core.hashing import root_hash, sha256_json, sha256_ordered_texts, sha256_text

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_known_digests():
    assert sha256_text("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_text("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_json("abc") == sha256_text('"abc"')
    assert sha256_json({"b": [1, True, None], "a": "é"}) == sha256_text('{"a":"é","b":[1,true,null]}')


def test_whole_floats_and_integers_are_the_same_json_number():
    assert sha256_json(1.0) == sha256_json(1)
    assert sha256_json(1e21) == sha256_text("1e+21")


@given(st.dictionaries(st.text(), json_values, max_size=5), st.randoms())
def test_key_order_does_not_matter(value, random):
    keys = random.sample(list(value), len(value))
    assert sha256_json({key: value[key] for key in keys}) == sha256_json(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800"])
def test_what_json_cannot_carry_is_refused(value):
    with pytest.raises(CanonicalizationError):
        sha256_json(value)


@given(st.text(), st.lists(st.text()))
def test_texts_in_order_hash_like_any_json(text, texts):
    assert sha256_ordered_texts({"a": text, "b": texts}) == sha256_json({"b": texts, "a": text})


def test_every_character_hashes_like_any_json():
    characters = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    assert sha256_ordered_texts(characters) == sha256_json(characters)


def test_a_lone_surrogate_among_texts_is_refused():
    with pytest.raises(CanonicalizationError):
        sha256_ordered_texts(["a", "\ud800"])


def test_a_root_depends_on_the_order_of_its_hashes():
    assert root_hash(["a", "b"]) != root_hash(["b", "a"])
    assert root_hash([]) == sha256_text("[]")
