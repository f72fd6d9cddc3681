"""A bank is everybody's, or of the organizers of one area: for others it does not exist, but its slug is taken."""

import pytest

from quizapp import errors
from quizapp.areas import queries as areas
from quizapp.audit import queries as log
from quizapp.audit.rules import INSTALLATION
from quizapp.banks import queries, service
from quizapp.db import transaction
from tests import factories

# Who asks (None = an administrator), and which of the banks of `owned` there are for them.
READERS = [
    (None, ["cua-huyen", "cua-tinh", "cua-xa", "dung-chung"]),
    ("1", ["cua-huyen", "cua-tinh", "cua-xa", "dung-chung"]),
    ("10", ["cua-huyen", "cua-xa", "dung-chung"]),
    ("101", ["cua-xa", "dung-chung"]),
    ("102", ["dung-chung"]),
    ("11", ["dung-chung"]),
    ("ngoai-tinh:VN", ["dung-chung"]),
]
OWNERS = {"dung-chung": None, "cua-tinh": "1", "cua-huyen": "10", "cua-xa": "101"}
readers = pytest.mark.parametrize(("who", "seen"), READERS, ids=[who or "admin" for who, _ in READERS])


@pytest.fixture
def owned(app, now):
    """A bank of nobody's, of the province, of a district, of a commune of it."""
    factories.make_tree(now)
    for slug, owner in OWNERS.items():
        factories.make_bank(now, slug, 2, owner=owner)


def id_of(who):
    if who is None:
        return None
    tree, _, code = who.rpartition(":")
    return areas.get_area(tree or "tinh-mau", code).id


def bring(slug, who, now, questions=3):
    with transaction():
        return service.import_bank(
            factories.bank_yaml(slug, questions), name="b.yaml", actor="t", now=now, owner_area_id=id_of(who)
        )


@readers
def test_every_way_of_reading_knows_the_same_banks(owned, who, seen):
    within = id_of(who)
    assert [bank.slug for bank in queries.list_banks(within=within)] == seen
    for slug in OWNERS:
        found = [bank for bank, _ in queries.resolve_question(f"{slug}/{slug}-001", within=within)]
        bare = [bank for bank, _ in queries.resolve_question(f"{slug}-001", within=within)]
        assert found == bare == ([slug] if slug in seen else [])
        assert (queries.find_record(slug, within=within) is not None) == (slug in seen)
        for read in (queries.get_bank, queries.source_of):
            if slug in seen:
                assert read(slug, within=within)
                continue
            with pytest.raises(errors.NotFound) as refused:
                read(slug, within=within)
            assert (refused.value.code, refused.value.details) == ("bank_not_found", {"slug": slug})


@readers
def test_what_is_read_and_owned_may_be_replaced_and_nothing_else(owned, now, who, seen):
    for slug, owner in OWNERS.items():
        own = who is None or (slug in seen and owner is not None)
        assert queries.is_taken(slug, id_of(who)) is not own
        if own:
            assert bring(slug, who, now)[1]
            continue
        before = queries.source_of(slug)
        # A file with the very content is answered as any other.
        for questions in (2, 3):
            with pytest.raises(errors.Conflict) as refused:
                bring(slug, who, now, questions)
            assert (refused.value.code, refused.value.details) == ("bank_exists", {"slug": slug})
        assert queries.source_of(slug) == before
    assert not queries.is_taken("con-trong", id_of(who))


def test_only_common_banks_are_marked_as_such(owned):
    assert {bank.slug: bank.is_common for bank in queries.list_banks()} == {
        slug: owner is None for slug, owner in OWNERS.items()
    }


@pytest.mark.parametrize("who", [None, "1"])
def test_a_bank_stays_whose_it_is(owned, now, who):
    bring("cua-xa", who, now)
    assert queries.find_record("cua-xa").owner_area_id == id_of("101")
    assert queries.find_record("cua-xa", within=id_of("101")) is not None


def test_a_refused_import_leaves_no_act(owned, now):
    before = log.find_head(INSTALLATION)
    with pytest.raises(errors.Conflict):
        bring("cua-huyen", "11", now)
    assert log.find_head(INSTALLATION) == before


@pytest.mark.parametrize("who", [None, "11"])
def test_of_two_areas_that_bring_the_same_slug_at_once_one_has_it(owned, now, who, monkeypatch):
    """The second has looked before the first was done."""
    monkeypatch.setattr(queries, "find_record", lambda slug: None)
    monkeypatch.setattr(queries, "is_taken", lambda slug, area_id: False)
    with pytest.raises(errors.Conflict, match="bank_exists"):
        bring("cua-huyen", who, now)
    assert bring("cua-huyen", "10", now)[1]
    monkeypatch.undo()
    assert queries.find_record("cua-huyen").owner_area_id == id_of("10")
