"""The table of questions: for organizers once the round is settled, for other staff where the key is public."""

import io
import zipfile
from datetime import timedelta

import pytest

from tests import factories
from tests.clients import Actors
from tests.web import staff_scene

CSV = "/don-vi/cuoc-thi-mau/tai/questions.csv"


@pytest.fixture
def scene(app, now):
    made = staff_scene.make_scene(now)
    staff_scene.make_staff(now)
    return made


def lines(client, address):
    """The rows of a CSV file below its header, by question."""
    text = client.client.get(address).get_data(as_text=True)
    return [line for line in text.splitlines() if "mau/mau-" in line]


def test_organizers_see_every_question_of_the_closed_round(app, scene):
    client = Actors(app).staff("tinh")
    found = lines(client, f"{CSV}?round=tuan-1")
    assert len(found) == 5
    for value in ("mau/mau-005", "Câu hỏi mẫu số 5 của bộ mau là gì?", "Phân biệt tốt"):
        assert value in found[4]
    # Week 2 is open: nothing of it, not even for its organizers.
    assert len(lines(client, CSV)) == 5
    with zipfile.ZipFile(io.BytesIO(client.client.get(CSV.replace(".csv", ".xlsx")).get_data())) as book:
        text = "".join(book.read(name).decode() for name in book.namelist())
    assert "Chưa xem được thống kê câu hỏi của: Tuần 2." in text
    assert lines(client, f"{CSV}?round=tuan-2") == []


def test_district_staff_see_how_their_own_people_answered(app, scene):
    found = lines(Actors(app).staff("dak-mau"), f"{CSV}?round=tuan-1")
    assert len(found) == 5
    # An's two papers, Bình's and Chi's one: four, of which two have the fifth question right.
    assert "mau-005" in found[4]
    columns = found[4].split(";") if ";" in found[4] else found[4].split(",")
    assert [part.strip('"') for part in columns[4:7]] == ["4", "4", "2"]


def test_where_the_key_stays_secret_only_organizers_see_it(app, now, at):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, key_public="never")])
    factories.sit(contest, factories.enter(contest, now), now, right=2)
    staff_scene.make_staff(now)
    for moment, seen in ((now, 0), (now + timedelta(hours=2), 5)):
        with at(moment):
            assert lines(Actors(app).staff("dak-mau"), CSV) == []
            assert len(lines(Actors(app).staff("tinh"), CSV)) == seen
