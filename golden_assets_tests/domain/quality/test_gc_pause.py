"""The pause of Python's collector of cyclic garbage."""

import gc

import pytest

from golden_assets.domain.quality.gc_pause import collection_paused


def test_the_collector_rests_during_a_pause_and_works_again_after_a_failure_in_it():
    @collection_paused()
    def fail() -> None:
        assert not gc.isenabled()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert gc.isenabled()


def test_a_pause_within_a_pause_does_not_end_it():
    with collection_paused():
        with collection_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
