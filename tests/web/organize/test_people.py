"""Looking up people who have a question or a complaint."""

import pytest

from quizapp.attempts import queries as attempts
from quizapp.entries import queries as entries
from quizapp.results import lookup
from quizapp.web.entry_words import show_entry_code
from tests import factories

PATH = "/to-chuc/cuoc-thi-mau/nguoi-du-thi"


def rows(page):
    return ["".join(cell.itertext()) for cell in page.all("th", scope="row")]


def test_everybody_is_listed_in_the_order_of_names(people, scene):
    page = people("tinh").get(PATH)
    assert "Có 7 người." in page.text
    assert rows(page)[0] == "Nguyễn Thị An"
    assert "09xx xxx 001" in page.text
    assert "0912345001" not in page.text
    assert PATH in people("tinh").get("/to-chuc/cuoc-thi-mau").html


@pytest.mark.parametrize(
    ("typed", "names"),
    [("ro cham", ["Rơ Châm Dung"]), ("0912 345 002", ["Trần Văn Bình"]), ("5006", ["Siu Giang"]), ("zzz", [])],
)
def test_a_search_finds_by_name_and_number(people, scene, typed, names):
    page = people("tinh").post(PATH, {"q": typed})
    assert rows(page) == names
    assert page.one("input", id="q").get("value") == typed
    assert ("Không tìm thấy ai." in page.text) is (names == [])


def test_a_search_finds_by_the_codes_that_people_have(people, scene):
    ((line,), _) = lookup.find_people(scene.contest, "Nguyễn Thị An", offset=0, limit=5)
    participant = entries.get_participant_by_code(scene.contest.id, line.public_id)
    receipt = attempts.list_attempts(participant.id)[0].receipt_code
    for typed in (show_entry_code(participant.entry_code), receipt):
        assert rows(people("tinh").post(PATH, {"q": typed})) == ["Nguyễn Thị An"]


def test_what_is_looked_for_stands_in_no_address(people, scene, now):
    for number in range(40):
        factories.enter(scene.contest, now, full_name=f"Nguyễn Văn Dài {number}")
    organizer = people("tinh")
    address = organizer.redirected(PATH, {"q": " Nguyễn Văn  Dài "})
    # Two searches for the same do not look the same either.
    assert address != organizer.redirected(PATH, {"q": "Nguyễn Văn Dài"})
    page = organizer.get(address)
    assert "Có 40 người." in page.text
    assert page.one("input", id="q").get("value") == "Nguyễn Văn Dài"
    assert page.one("form", role="search").get("method") == "post"
    assert page.response.headers["Cache-Control"] == "no-store"
    (following, *_) = [link.get("href") for link in page.all("a") if "page=2" in link.get("href")]
    assert len(rows(organizer.get(following))) == 10
    for each in (address, following):
        assert not [word for word in ("Nguy", "Dài", "D%C3%A0i", "Dai") if word in each]


def test_an_address_opens_for_whoever_looked_and_unchanged(people):
    address = people("tinh").redirected(PATH, {"q": "0912345001"})
    # An administrator may see the people as well, but not whom somebody else has looked for.
    people("quan-tri").get(address, status=404)
    for wrong in (address[:-6] + "AAAAAA", f"{PATH}?tim=0912345001", f"{address}&{address.partition('?')[2]}"):
        people("tinh").get(wrong, status=404)


def test_an_empty_search_shows_everybody(people):
    assert people("tinh").redirected(PATH, {"q": " "}) == PATH


def test_a_search_takes_the_token_of_the_page(people):
    assert people("tinh").client.post(PATH, data={"q": "An"}).status_code == 403


def test_long_lists_have_pages(people, scene, now):
    for _ in range(30):
        factories.enter(scene.contest, now)
    page = people("tinh").get(PATH + "?page=2")
    assert "Trang 2 / 2" in page.text
    assert len(rows(page)) == 7
    for wrong in ("0", "-1", "x", "99999999"):
        people("tinh").get(f"{PATH}?page={wrong}", status=404)


def test_it_is_for_the_organizers_of_the_contest(scene, only_for_organizers):
    only_for_organizers(PATH)
