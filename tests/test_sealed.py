"""Sealed texts: opened by their keys alone, in their own column alone; plain ones read as they are."""

import pytest

from quizapp.sealed import KeyRing, is_sealed, key_of

OLD, NEW = "an old secret of this installation, long enough", "a new secret of this installation, long enough"


def test_a_text_comes_back_and_its_stored_form_tells_nothing():
    ring = KeyRing([OLD])
    stored = ring.seal("0905123456", "participants.phone")
    assert is_sealed(stored)
    assert "0905" not in stored
    assert ring.open(stored, "participants.phone") == "0905123456"
    assert stored != ring.seal("0905123456", "participants.phone")


@pytest.mark.parametrize("text", ["", "x", "Số 4, làng Ngô Đê 😀", "v1:deadbeef:short", "a" * 5000])
def test_any_text_comes_back(text):
    ring = KeyRing([OLD])
    assert ring.open(ring.seal(text, "p"), "p") == text


@pytest.mark.parametrize("plain", ["0905123456", "", "v1:", "v1:x@y.vn", "v1:12345678:" + "A" * 20, "V1:" + "a" * 60])
def test_what_is_not_of_the_form_is_plain(plain):
    assert KeyRing([OLD]).open(plain, "p") == plain


def test_a_text_fits_no_other_column_and_is_not_to_be_changed():
    ring = KeyRing([OLD])
    stored = ring.seal("0905123456", "participants.phone")
    assert ring.open(stored, "participants.email") is None
    changed = stored[:-1] + ("A" if stored[-1] != "A" else "B")
    assert ring.open(changed[:30] + ("A" if changed[30] != "A" else "B") + changed[31:], "participants.phone") is None


def test_an_older_key_opens_and_the_first_one_seals():
    before, after = KeyRing([OLD]), KeyRing([NEW, OLD])
    stored = before.seal("0905123456", "p")
    assert after.open(stored, "p") == "0905123456"
    assert KeyRing([NEW]).open(stored, "p") is None
    assert key_of(stored) == before.first_id != after.first_id
    assert key_of(after.seal("x", "p")) == after.first_id


def test_hashes_are_equal_for_equal_values_of_one_purpose_and_one_key():
    ring = KeyRing([NEW, OLD])
    one = ring.hash("064090000001", "citizen id")
    assert one == ring.hash("064090000001", "citizen id") == ring.hashes("064090000001", "citizen id")[0]
    assert one != ring.hash("064090000001", "phone")
    assert one != KeyRing([OLD]).hash("064090000001", "citizen id")
    assert KeyRing([OLD]).hash("064090000001", "citizen id") in ring.hashes("064090000001", "citizen id")
    with pytest.raises(KeyError):
        KeyRing([OLD]).hash("x", "phone", ring.first_id)


def test_a_ring_of_one_secret_given_twice_has_one_key():
    assert len(KeyRing([OLD, OLD]).hashes("x", "phone")) == 1
