"""Staff see their own subtree and nothing beside it, however a code is written and how often it is given."""

import pytest

from tests.security.recorder import unpacked
from tests.security.world import CONTEST_A
from tests.web.doors import PASSING

ADDRESSES = (
    f"/don-vi/{CONTEST_A}?area=",
    f"/don-vi/{CONTEST_A}/in?area=",
    f"/don-vi/{CONTEST_A}/nguoi-du-thi?area=",
    f"/don-vi/{CONTEST_A}/chi-tieu?area=",
    f"/don-vi/{CONTEST_A}/tai/participants.csv?area=",
    f"/api/v1/contests/{CONTEST_A}/exports/participants.csv?area=",
    f"/api/v1/contests/{CONTEST_A}/exports/attempts.xlsx?area=",
    f"/api/v1/contests/{CONTEST_A}/results/areas?parent=",
)
ABSENT = "199"
# Who asks, whose people they see, whose they do not, and codes that are not theirs: beside, above, in another tree.
STAFF = (
    ("S-own", "P1", "P2", ("11", "111", "1", "20", "201", "VN", "01", "tinh-mau:11", "tinh-hai:20")),
    ("S-else", "P2", "P1", ("10", "101", "1", "20", "tinh-mau:101", "tinh-hai:20")),
)
# A list, another's code behind one's own, marks taken apart, other letters for digits, and signs for everything.
WRITTEN = (
    "{own}&area={other}",
    "{other}&area={own}",
    "{own},{other}",
    "[{own},{other}]",
    "{own}&area[]={other}",
    "{other}%20",
    "%20{other}",
    "{other}%00",
    "%EF%BC%91{other}",
    "all",
    "*",
    "%25",
    "-1",
    "0",
    "null",
    "",
    "{own}%26area={other}",
    "{other}/../{own}",
    "'%20OR%201=1--",
)


def names(world, who):
    typed = world.people[who].typed
    return typed["full_name"], typed["phone"], world.parts[who]["person"]


@pytest.mark.parametrize(("who", "seen", "hidden", "codes"), STAFF, ids=["S-own", "S-else"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_code_that_is_not_theirs_is_no_code(world, address, who, seen, hidden, codes):
    def told(code):
        answer = world.call(who, "GET", address + code)
        text = PASSING.sub("", answer.get_data(as_text=True)).replace(answer.headers["X-Request-Id"], "")
        return answer.status_code, text.replace(f'"{code}"', "…").replace(f"area={code}", "…")

    absent = told(ABSENT)
    assert absent[0] == 404
    for code in codes:
        assert told(code) == absent, code


@pytest.mark.parametrize(("who", "seen", "hidden", "codes"), STAFF, ids=["S-own", "S-else"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_way_of_writing_codes_leads_to_others_people(world, address, who, seen, hidden, codes):
    own, other = world.parts[seen]["area"], world.parts[hidden]["area"]
    for written in WRITTEN:
        answer = world.call(who, "GET", address + written.format(own=own, other=other))
        assert answer.status_code in (200, 404, 422), written
        text = unpacked(answer)
        assert not [name for name in names(world, hidden) if name in text], written


@pytest.mark.parametrize(("who", "seen", "hidden", "codes"), STAFF, ids=["S-own", "S-else"])
def test_their_own_people_are_there(world, who, seen, hidden, codes):
    lines = world.call(who, "GET", f"/don-vi/{CONTEST_A}/tai/participants.csv").get_data(as_text=True)
    assert world.people[seen].typed["full_name"] in lines
    assert world.people[hidden].typed["full_name"] not in lines
