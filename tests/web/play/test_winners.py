"""The public list of winners: nothing before the publication, and no more than belongs on it after."""

from datetime import timedelta

from quizapp.awards import service as awards
from quizapp.contests import queries as contests
from quizapp.db import transaction
from tests import factories

PATH = "/cuoc-thi/cuoc-thi-mau/giai-thuong"
GUESSED = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
    "prizes": [{"name": "Nhất", "count": 1, "amount": 1_500_000}, {"name": "Nhì", "count": 2}],
}


def scene(now):
    past = {"opens_at": (now - timedelta(days=9)).isoformat(), "closes_at": (now - timedelta(days=3)).isoformat()}
    rounds = [
        factories.round_dict(now, **past, **GUESSED),
        factories.round_dict(now, key="tuan-2", label="Tuần 2", **GUESSED),
    ]
    contest = factories.make_contest(now, rounds=rounds, publication={"live": "hidden_until_close"})
    for name, guess in (("Nguyễn Thị An", "7"), ("Trần Văn Bình", "2")):
        person = factories.enter(contest, now, full_name=name, phone=f"09123450{guess}0", unit="Chi bộ thôn 3")
        factories.sit(contest, person, now - timedelta(days=5), prediction=guess)
    return contest


def test_the_list_is_empty_until_a_round_is_published(actors, now):
    contest = scene(now)
    stranger = actors.stranger()
    assert "sau khi Ban Tổ chức công bố" in stranger.get(PATH).text
    factories.finalize(contest, now, "tuan-1")
    page = stranger.get(PATH)
    assert "sau khi Ban Tổ chức công bố" in page.text
    assert "Bình" not in page.text


def test_a_published_round_has_names_units_ranks_and_guesses_and_nothing_else(actors, now):
    contest = scene(now)
    factories.finalize(contest, now, "tuan-1")
    with transaction():
        awards.publish_round(contests.get_contest(contest.slug), "tuan-1", actor="lan", now=now)
    page = actors.stranger().get(PATH)
    assert "Trần Văn Bình Nhất Chi bộ thôn 3, Xã Hà Tam, Huyện Đak Mẫu 1 2" in page.text
    assert "Nguyễn Thị An Nhì" in page.text
    assert "Không có người đạt" in page.text
    assert "0912345" not in page.html
    assert "Tuần 2" not in page.text


def test_a_draft_has_no_list(actors, now):
    factories.make_contest(now, launched=False)
    actors.stranger().get(PATH, status=404)
