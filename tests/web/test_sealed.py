"""Nothing leaks: canaries laid into a contest, every address fetched by everybody, every byte of the answers read."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.attempts import queries as attempts
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import fresh_snapshot
from quizapp.web.entry_words import show_entry_code
from quizapp.web.play.area_results import forget_results
from quizapp.web.play.board_page import forget_boards
from tests import factories
from tests.clients import Actors
from tests.web import doors
from tests.web.doors import told_by
from tests.web.play.sitting import Sitter, sitter

EXCLUDED = {"full_name": "Canary Vũ Loại", "phone": "0988777666"}
# Three right answers of five: a number that nothing else on any page can be.
POINTS, PARTIAL = 7919, 23757
GUESS = "424242"
SCOPES = ("round", "contest")
ROUND = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "attempts": {"max": 5, "per": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
    "prizes": [{"name": "Nhất", "count": 1}],
}
# Every public address, and what it keeps to itself while somebody may still guess. A new one has to be thought about.
PUBLIC_DOORS = {
    "account.forgot_password": "nothing of contests is on it",
    "account.set_password": "nothing of contests is on it",
    "account.sign_in": "nothing of contests is on it",
    "account.sign_in_code": "nothing of contests is on it",
    "api.check_receipt": "a code of a round that is not settled is as unknown as any",
    "api.get_area_results": "people, attempts, all-correct people by area: not before the publication",
    "api.get_attempt": "one's own paper without its score",
    "api.get_contest": "rules and times alone",
    "api.get_docs": "the same for everybody",
    "api.get_key_record": "no key of a round that is not settled, nor of questions that are still asked",
    "api.get_leaderboard": "no rows, no total, no rank, and a tag that no submission changes",
    "api.get_openapi": "the same for everybody",
    "api.get_ranking_record": "not before the publication",
    "api.get_raw_records": "not before the publication, and only where the rules say so",
    "api.get_receipt": "one's own answers' hash, made at the submission",
    "api.get_records": "not before the publication, and only where the rules say so",
    "api.get_round_time": "times, and how often an organizer has changed one",
    "api.get_rules_record": "rules and times alone; questions of a paper and the counted guess after the close",
    "api.get_session": "who sits here",
    "api.list_areas": "areas, with no figure of a contest",
    "api.list_contests": "rules and times alone",
    "health.healthz": "nothing of contests is on it",
    "health.readyz": "the state of the machine",
    "play.area_results": "people, attempts, all-correct people by area: not before the publication",
    "play.ask_receipt": "a form",
    "play.board": "no rows, no total, no number of pages",
    "play.board_rows": "the same, and a tag that no submission changes",
    "play.check_receipt": "a code of a round that is not settled is as unknown as any",
    "play.collective_results": "figures of areas: not before the publication",
    "play.contest": "one's own attempts without scores",
    "play.data_request": "one's own request, behind a code that nobody guesses",
    "play.download_my_data": "one's own data",
    "play.enter": "a form, without how many have filled it in",
    "play.entered": "one's own code, which tells no order",
    "play.home": "rules and times alone",
    "play.my_data": "one's own data, without score or rank before they may be told",
    "play.my_rank": "no rank before the publication",
    "play.paper": "one's own paper",
    "play.privacy": "the same for everybody",
    "play.privacy_version": "the same for everybody",
    "play.question_image": "a picture of a question",
    "play.questions": "questions that the rules make public, without key and without figures",
    "play.receipt": "one's own receipt, made at the submission",
    "play.receipt_file": "the same as a file",
    "play.receipt_list": "no list, and so no length of it, before the round's figures may be seen",
    "play.receipt_list_file": "the same",
    "play.resume": "a form",
    "play.review": "one's own paper",
    "play.round_result": "no numbers before the publication",
    "play.service_worker": "the same for everybody",
    "play.submitted": "one's own receipt, without score or key before the round is settled",
    "play.verify": "the commitment; no seed and no file before it may be told",
    "play.winners": "who has a prize: not before the publication",
}


@dataclass(frozen=True)
class Scene:
    """A sealed contest: `own` has an attempt submitted and one open, `other` a submitted one in another district."""

    contest: contests.ContestInfo
    own: Sitter
    other: Sitter
    own_ids: tuple[str, str]
    other_ids: tuple[str, str]


@pytest.fixture
def scene(app, now):
    forget_boards()
    forget_results()
    round_ = factories.round_dict(now, **ROUND)
    round_["paper"]["points"] = POINTS
    # The first mode lets an excluded person in, so that one of them takes part.
    contest = factories.make_contest(
        now,
        rounds=[round_, factories.round_dict(now, key="tuan-2", label="Tuần 2", **ROUND)],
        collectives=[{"level": "district", "metric": "people_all_correct", "scope": scope} for scope in SCOPES],
        publication={"live": "hidden_until_close", "mask_phone": True},
        entry={
            "mode": "form",
            "fields": {"full_name": "required", "date_of_birth": "required", "phone": "required",
                       "email": "optional", "area": "optional", "unit": "optional"},
            "identity": ["phone", "full_name"],
            "resume": "details",
            "excluded": {"mode": "unranked", "people": [EXCLUDED]},
        },
    )  # fmt: skip
    own = sitter(app, contest, now, full_name="Canary Trần Của Mình", phone="0911000111", date_of_birth="01/02/1971",
                 area="111", email="canary.minh@example.org", unit="Canary Chi bộ Mình")  # fmt: skip
    other = sitter(app, contest, now, full_name="Canary Lê Người Khác", phone="0922000222", date_of_birth="03/04/1972",
                   area="101", email="canary.khac@example.org", unit="Canary Chi bộ Khác")  # fmt: skip
    factories.enter(contest, now, area="102", date_of_birth="05/06/1973", **EXCLUDED)
    for login, role, area in (
        ("dak-mau", Role.DISTRICT, "10"), ("ia-thu", Role.DISTRICT, "11"), ("to-chuc-ia", Role.ORGANIZER, "11"),
    ):  # fmt: skip
        factories.make_staff(login, role, area, now)
    started = now - timedelta(minutes=5)
    own_done = factories.sit(contest, own.person, started, right=3, prediction=GUESS)
    own_open = factories.start(contest, own.person, now - timedelta(minutes=1))
    other_done = factories.sit(contest, other.person, started, right=3, seconds=61, prediction=GUESS)
    other_open = factories.start(contest, other.person, now - timedelta(minutes=1))
    return Scene(
        contest, own, other, (own_done.public_id, own_open.public_id), (other_done.public_id, other_open.public_id)
    )


def asked_of(app, scene, kinds=()):
    """Every address that can be asked for with GET, with the parts of this contest in it."""
    codes = [receipt_of(scene.own, scene.own_ids), receipt_of(scene.other, scene.other_ids)]
    people = [one.person.participant.public_id for one in (scene.own, scene.other)]
    attempt_ids = [*scene.own_ids, *scene.other_ids]
    parts = {
        "slug": ["cuoc-thi-mau", "mau"],
        "attempt_id": attempt_ids,
        "paper": attempt_ids,
        "person": people,
        "code": [*codes, "10", "101", "111"],
    }
    return list(doors.addresses(app, parts, kinds))


def receipt_of(one, ids):
    """The code of the submitted attempt."""
    return attempts.get_own_attempt(ids[0], one.person.session_id).receipt_code


def walk(app, scene, client, canaries):
    """(address, canary) of everything that was found."""
    found = []
    for address in asked_of(app, scene):
        text = told_by(client, address)
        # What an address says of itself is no leak.
        text = text.replace(address, "").replace(address.partition("?")[0], "")
        found += [(address, canary) for canary in canaries if canary in text]
    return found


def phones(number):
    """A number as any page may write it, masked ones aside."""
    return [number, f"{number[:4]} {number[4:7]} {number[7:]}", number[1:]]


def numbers(value):
    """A number as any page may write it."""
    return [str(value), f"{value:,}".replace(",", "."), f"{value:,}"]


def of_person(one, ids):
    """What belongs to one person alone."""
    typed = one.person.typed
    day, month, year = typed["date_of_birth"].split("/")
    return [
        typed["full_name"], *phones(typed["phone"]), typed["date_of_birth"], f"{year}-{month}-{day}", typed["email"],
        typed["unit"], one.person.participant.public_id, one.person.participant.entry_code,
        show_entry_code(one.person.participant.entry_code), receipt_of(one, ids), *ids,
    ]  # fmt: skip


def of_contest(scene):
    """What only organizers may know before the close, and what nobody else ever sees."""
    explanations = [f"Vì Đúng {number} là đúng" for number in range(1, 11)]
    return [*explanations, *of_secret(scene)]


def of_secret(scene):
    return [contests.get_seed(scene.contest.id).hex(), EXCLUDED["full_name"], *phones(EXCLUDED["phone"]), "05/06/1973"]


def test_a_stranger_sees_nothing_while_the_round_is_open(app, now, scene, client):
    canaries = [
        *of_contest(scene), *of_person(scene.own, scene.own_ids), *of_person(scene.other, scene.other_ids),
        *numbers(PARTIAL), *numbers(int(GUESS)),
    ]  # fmt: skip
    assert walk(app, scene, client, canaries) == []


def test_a_participant_sees_their_own_things_alone(app, now, scene):
    canaries = [*of_contest(scene), *of_person(scene.other, scene.other_ids), *numbers(PARTIAL)]
    assert walk(app, scene, scene.own.browser.client, canaries) == []
    # The search finds what is there: of one's own everything, but the phone in groups and the code unbroken.
    own = of_person(scene.own, scene.own_ids)
    found = {canary for _, canary in walk(app, scene, scene.own.browser.client, own)}
    assert found == set(own) - {own[2], own[9]}


@pytest.mark.parametrize("login", ["ia-thu", "to-chuc-ia"])
def test_staff_of_another_district_see_their_own_people_alone(app, now, scene, login):
    canaries = [*of_secret(scene), *of_person(scene.other, scene.other_ids), *numbers(PARTIAL), *numbers(int(GUESS))]
    client = Actors(app).staff(login).client
    # The banks belong to all organizers, so only for others the explanations are sealed.
    canaries += of_contest(scene) if login == "ia-thu" else []
    assert walk(app, scene, client, canaries) == []


def test_staff_of_the_same_district_see_people_but_neither_scores_nor_guesses(app, now, scene):
    client = Actors(app).staff("dak-mau").client
    other = of_person(scene.other, scene.other_ids)
    canaries = [
        *of_contest(scene)[:11], *of_person(scene.own, scene.own_ids), *numbers(PARTIAL), *numbers(int(GUESS)),
        *phones("0922000222"), "canary.khac@example.org", scene.other.person.participant.entry_code, *scene.other_ids,
    ]  # fmt: skip
    assert walk(app, scene, client, canaries) == []
    assert other[0] in told_by(client, "/don-vi/cuoc-thi-mau/tai/participants.csv")


def test_every_public_door_is_listed(app):
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods
        and rule.endpoint != "static"
        and app.view_functions[rule.endpoint].allowed_kind in ("anyone", "participant")
    }
    assert public == set(PUBLIC_DOORS)


def test_nothing_that_a_stranger_can_fetch_changes_when_somebody_enters_and_submits(app, now, scene, client):
    """Not a count, not a tag, not an id: what does not change cannot tell."""
    asked = asked_of(app, scene)
    doors.all_told(client, asked)  # from now on the browser has a cookie
    before = doors.all_told(client, asked)
    assert doors.all_told(client, asked) == before
    person = factories.enter(scene.contest, now, area="122")
    factories.sit(scene.contest, person, now - timedelta(seconds=90), prediction="1")
    assert doors.differences(before, doors.all_told(client, asked)) == []


def test_no_error_tells_a_sealed_thing_from_one_that_is_not_there(app, now, scene, client):
    real = receipt_of(scene.other, scene.other_ids)
    pairs = [
        (f"/api/v1/receipts/{real}", "/api/v1/receipts/0000000000"),
        (f"/bien-nhan/{real[:5]}-{real[5:]}", "/bien-nhan/00000-00000"),
        (f"/api/v1/attempts/{scene.other_ids[0]}", f"/api/v1/attempts/{'A' * 22}"),
        (f"/bai-thi/{scene.other_ids[0]}/da-nop", f"/bai-thi/{'A' * 22}/da-nop"),
    ]
    browser = scene.own.browser.client
    told_by(browser, "/")  # from now on the browser has a token
    for address, absent in pairs:
        found, nothing = (
            told_by(browser, each).replace(each, "").replace(each.rpartition("/")[2], "") for each in (address, absent)
        )
        assert found == nothing


def test_after_the_close_the_owner_sees_score_and_key_and_others_see_names_alone(app, now, at, scene, client):
    with at(scene.contest.rounds[0].closes_at + GRACE + timedelta(seconds=1)):
        forget_boards()
        fresh_snapshot()
        paper = f"/bai-thi/{scene.own_ids[0]}/da-nop"
        own = told_by(scene.own.browser.client, paper)
        assert "23.757" in own
        assert "Vì Đúng 1 là đúng" in own
        board = told_by(client, "/cuoc-thi/cuoc-thi-mau/tuan-1/bang-xep-hang")
        assert "Canary Lê Người Khác" in board
        assert EXCLUDED["full_name"] not in board
        # Now public: names, scores and guesses on the board. Never: the rest.
        public = {"Canary Trần Của Mình", "Canary Lê Người Khác", scene.own.person.participant.public_id,
                  scene.other.person.participant.public_id}  # fmt: skip
        secret = [
            canary
            for canary in [*of_person(scene.own, scene.own_ids), *of_person(scene.other, scene.other_ids)]
            if canary not in public
        ]
        # The secret of the draws is public from now on, so that anyone can draw the papers again.
        seed, *kept = of_secret(scene)
        assert ("/cuoc-thi/cuoc-thi-mau/kiem-chung", seed) in walk(app, scene, client, [seed])
        assert walk(app, scene, client, [*secret, *of_contest(scene)[:10], *kept]) == []


def test_a_key_that_is_never_public_stays_so_for_its_owner_too(app, now, at):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, key_public="never")])
    one = sitter(app, contest, now)
    attempt = factories.sit(contest, one.person, now)
    with at(contest.rounds[0].closes_at + timedelta(days=1)):
        for address in (f"/bai-thi/{attempt.public_id}/da-nop", f"/api/v1/attempts/{attempt.public_id}"):
            text = told_by(one.browser.client, address)
            assert "là đúng" not in text
            assert '"right"' not in text


def test_ids_and_codes_are_not_counted_up(app, now, scene):
    """Two codes made one after the other have nothing in common, and do not stand in the order of their making."""
    ids = [*scene.own_ids, *scene.other_ids, scene.own.person.participant.public_id]
    assert all(re.fullmatch(r"[\w-]{22}", each) for each in ids)
    assert len({each[:4] for each in ids}) == len(ids)
    people = [factories.enter(scene.contest, now, area="101") for _ in range(12)]
    receipts = [factories.sit(scene.contest, person, now).receipt_code for person in people]
    for codes in (
        [person.participant.public_id for person in people],
        [person.participant.entry_code for person in people],
        receipts,
    ):
        assert codes not in (sorted(codes), sorted(codes, reverse=True))
        assert len({code[:4] for code in codes}) > 9
