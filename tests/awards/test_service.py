"""Sheets of awards along the life of a contest, on both databases."""

from datetime import timedelta

import pytest

from quizapp.areas import queries as areas
from quizapp.awards import deciding, parts, queries, service, sheet
from quizapp.awards.decisions import Decisions
from quizapp.contests import queries as contests
from quizapp.db import transaction
from quizapp.entries import queries as entries
from quizapp.entries import refusals
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.results import versions
from tests import factories

HOUR = timedelta(hours=1)
PRIZES = [{"name": "Nhất", "count": 1, "amount": 1_500_000}, {"name": "Nhì", "count": 1, "amount": 1_000_000}]
SCORE_ALONE = {"gate": "none", "keys": ["score"]}
WHO = {"actor": "lan", "reason": "Theo biên bản số 1"}


def two_weeks(now, *, round_=None, second=None, **changes):
    """A closed week and one that closes in an hour; people are made by the caller."""
    first = factories.round_dict(
        now, opens_at=(now - 50 * HOUR).isoformat(), closes_at=(now - 2 * HOUR).isoformat(), prizes=PRIZES,
        **(round_ or {}),
    )  # fmt: skip
    changed = {"prizes": PRIZES, **(second or round_ or {})}
    other = factories.round_dict(now, key="tuan-2", label="Tuần 2", **changed)
    return factories.make_contest(now, rounds=[first, other], **changes)


def one_week(now, *, contest=None, **round_):
    rounds = [factories.round_dict(now, **{"prizes": PRIZES, **round_})]
    return factories.make_contest(now, rounds=rounds, **(contest or {}))


def sit_people(contest, now, rights, **entry):
    """One person for each number of right answers in the first week, in this order of submission."""
    found = []
    for number, right in enumerate(rights):
        person = factories.enter(contest, now, **entry)
        factories.sit(contest, person, now + timedelta(seconds=number), right=right)
        found.append(person)
    return found


def sit_all(contest, now, rights, **entry):
    """The same; the participants."""
    return [person.participant for person in sit_people(contest, now, rights, **entry)]


def do(act, contest, *args, now, **options):
    with transaction():
        return act(contests.get_contest(contest.slug), *args, now=now, **options)


def winners(contest, public=False, **where):
    info = queries.published(contest.id) if public else queries.latest(contest.id)
    return [(each.prize, each.participant_id, each.state) for each in queries.list_awards(info, public=public, **where)]


def made(contest):
    return sheet.work_out(contests.get_contest(contest.slug), Decisions(contest))


def test_a_finalized_round_has_winners_and_the_public_sees_them_once_they_are_published(app, now):
    contest = two_weeks(now)
    best, next_, _ = sit_all(contest, now - 40 * HOUR, [5, 4, 3])
    factories.finalize(contest, now, "tuan-1")
    info = queries.latest(contest.id)
    assert (info.version, info.cause, info.made_by, info.published_at) == (1, "finalize_round", "test", None)
    assert winners(contest) == [("Nhất", best.id, "awarded"), ("Nhì", next_.id, "awarded")]
    assert queries.published(contest.id) is None
    do(service.publish_round, contest, "tuan-1", actor="lan", now=now)
    assert queries.published(contest.id).version == 1
    assert winners(contest, public=True) == winners(contest)
    content = queries.content_of(info.id)
    assert (content["complete"], content["results"]["tuan-1"]["version"]) == (False, 1)
    first = content["rankings"][0]["places"][0]
    assert first["decided"] == {"key": "score", "won": 50, "next": 40, "who": next_.public_id, "rank": 2}
    assert "Nguyễn" not in str(content)
    line = queries.list_awards(info, round_id=contest.round("tuan-1").id)[0]
    assert (line.full_name[:6], line.score, line.duration_ms) == ("Nguyễn", 50, 60_000)


def test_going_back_takes_the_prizes_with_it_and_nothing_new_makes_no_new_sheet(app, now):
    contest = two_weeks(now)
    sit_all(contest, now - 40 * HOUR, [5])
    factories.finalize(contest, now, "tuan-1")
    do(service.refresh, contest, cause="refuse_entry", actor="lan", now=now)
    assert [each.version for each in queries.list_versions(contest.id)] == [1]
    do(service.reopen_round, contest, "tuan-1", actor="lan", reason="Còn khiếu nại", now=now)
    assert (queries.latest(contest.id).version, winners(contest)) == (2, [])
    factories.finalize(contest, now, "tuan-1")
    assert [each.cause for each in queries.list_versions(contest.id)] == [
        "finalize_round", "reopen_round", "finalize_round",
    ]  # fmt: skip


def test_a_contest_is_published_when_every_round_is_finalized(app, now):
    contest = two_weeks(now, overall={"keys": ["score"], "prizes": [{"name": "Chung cuộc", "count": 1}]})
    first, second = sit_people(contest, now - 40 * HOUR, [5, 4])
    factories.sit(contest, first, now, right=1, round_key="tuan-2")
    factories.sit(contest, second, now, right=4, round_key="tuan-2")
    with pytest.raises(Conflict, match="not_closed"):
        do(service.publish_contest, contest, actor="lan", now=now)
    later = now + 2 * HOUR
    with pytest.raises(Conflict, match="not_finalized") as refused:
        do(service.publish_contest, contest, actor="lan", now=later)
    assert refused.value.details["rounds"] == ["Tuần 1", "Tuần 2"]
    factories.finalize(contest, later)
    do(service.publish_round, contest, "tuan-1", actor="lan", now=later)
    assert [each[0] for each in winners(contest, public=True)] == ["Nhất", "Nhì"]
    assert winners(contest, kind="overall") == [("Chung cuộc", second.participant.id, "awarded")]
    published = do(service.publish_contest, contest, actor="lan", now=later)
    assert published.published_at == later
    assert [each[0] for each in winners(contest, public=True)] == ["Nhất", "Nhì", "Nhất", "Nhì", "Chung cuộc"]
    assert all(versions.published(each.id) is not None for each in contest.rounds)
    with pytest.raises(Conflict, match="already_published"):
        do(service.publish_contest, contest, actor="lan", now=later)
    acts = [(act.act, act.round_key) for act in contests.list_acts(contest.id)]
    assert acts[:4] == [
        ("publish_awards", None), ("publish", None), ("publish_round", "tuan-2"), ("publish_awards", "tuan-1"),
    ]  # fmt: skip


def test_an_overall_ranking_says_what_decided(app, now):
    contest = two_weeks(now, overall={"keys": ["score", "rounds", "duration"], "prizes": PRIZES})
    first, _ = sit_people(contest, now - 40 * HOUR, [5, 4])
    factories.sit(contest, first, now, right=2, round_key="tuan-2")
    factories.finalize(contest, now + 2 * HOUR)
    section = made(contest).sections[-1]
    assert section.part.name == "overall:"
    assert section.places[0].keys == (("score", 70), ("rounds", 2), ("duration", 120_000))
    assert (section.places[0].decided.key, section.places[0].decided.next) == ("score", 40)


def test_who_is_refused_keeps_the_rank_and_loses_the_prize(app, now):
    contest = two_weeks(now)
    best, next_, third = sit_all(contest, now - 40 * HOUR, [5, 4, 3])
    factories.finalize(contest, now, "tuan-1")
    do(service.publish_round, contest, "tuan-1", actor="lan", now=now)
    info = do(deciding.refuse_prize, contest, best.public_id, round_key="tuan-1", now=now, **WHO)
    assert (info.version, info.cause, info.published_at) == (2, "refuse_prize", None)
    assert winners(contest) == [("Nhất", next_.id, "awarded"), ("Nhì", third.id, "awarded")]
    # What was published stays until it is published again; both are kept.
    assert winners(contest, public=True)[0] == ("Nhất", best.id, "awarded")
    passed = queries.content_of(info.id)["rankings"][0]["places"][0]["passed"]
    assert passed == [
        {"who": best.public_id, "rank": 1, "why": "refused", "detail": "prize_refused",
         "reason": "Theo biên bản số 1", "higher": None},
    ]  # fmt: skip
    assert versions.line_of(versions.finalized(contest.round("tuan-1").id).id, best.id).rank == 1
    do(service.publish_round, contest, "tuan-1", actor="lan", now=now + HOUR)
    assert winners(contest, public=True) == winners(contest)
    assert [each.published_at is not None for each in queries.list_versions(contest.id)] == [True, True]
    with pytest.raises(Conflict, match="already_published"):
        do(service.publish_round, contest, "tuan-1", actor="lan", now=now + HOUR)
    with pytest.raises(Conflict, match="prize_already_refused"):
        do(deciding.refuse_prize, contest, best.public_id, round_key="tuan-1", now=now, **WHO)
    refusal = Decisions(contest).refusals[0]
    do(deciding.lift_refusal, contest, refusal.id, now=now, **WHO)
    assert winners(contest)[0] == ("Nhất", best.id, "awarded")
    with pytest.raises(NotFound, match="refusal_not_found"):
        do(deciding.lift_refusal, contest, refusal.id, now=now, **WHO)


def test_a_refused_entry_is_passed_over_in_results_that_were_final_before(app, now):
    contest = two_weeks(now)
    best, next_ = sit_all(contest, now - 40 * HOUR, [5, 4])
    factories.finalize(contest, now, "tuan-1")
    with transaction():
        refusals.refuse(entries.get_participant(best.id), reason="Khai tên người khác", actor="lan", now=now)
        service.refresh(contest, cause="refuse_entry", actor="lan", now=now)
    assert winners(contest)[0] == ("Nhất", next_.id, "awarded")
    passed = queries.content_of(queries.latest(contest.id).id)["rankings"][0]["places"][0]["passed"][0]
    assert (passed["detail"], passed["reason"]) == ("entry_refused", "Khai tên người khác")


def test_equal_people_wait_for_a_lot_that_anyone_can_draw_again(app, now):
    contest = one_week(now, ranking=SCORE_ALONE)
    people = sit_all(contest, now, [5, 5, 5])
    later = now + 2 * HOUR
    factories.finalize(contest, later)
    assert [each[2] for each in winners(contest)] == ["lot_needed", "lot_needed"]
    with pytest.raises(Conflict, match="lots_open") as refused:
        do(service.publish_contest, contest, actor="lan", now=later)
    assert refused.value.details["rankings"] == ["round:tuan-1:"]
    assert queries.published(contest.id) is None
    assert contests.get_contest(contest.slug).published_at is None
    with pytest.raises(Conflict, match="no_lot_needed"):
        do(deciding.draw_lot, contest, "round:tuan-1:", 2, now=later, **WHO)
    do(deciding.draw_lot, contest, "round:tuan-1:", 1, now=later, **WHO)
    lot = Decisions(contest).lots[0]
    assert lot.label == "lot-v1|cuoc-thi-mau|round:tuan-1:|1|1"
    codes = tuple(each.public_id for each in reversed(people))
    assert list(lot.order) == deciding.lot_order(bytes.fromhex(lot.seed), lot.label, codes)
    by_code = {each.public_id: each.id for each in people}
    assert [each[1] for each in winners(contest)] == [by_code[code] for code in lot.order[:2]]
    place = queries.content_of(queries.latest(contest.id).id)["rankings"][0]["places"][0]
    assert place["lot"] == lot.label
    assert {each["why"] for each in place["passed"]} == {"lost_lot"}
    with pytest.raises(Conflict, match="no_lot_needed"):
        do(deciding.draw_lot, contest, "round:tuan-1:", 1, now=later, **WHO)
    do(service.publish_contest, contest, actor="lan", now=later)
    # The lot stands when its winner is refused: the next one drawn follows.
    do(deciding.refuse_prize, contest, lot.order[0], round_key=None, now=later, **WHO)
    assert [each[1] for each in winners(contest)] == [by_code[code] for code in lot.order[1:]]


def test_a_round_whose_prizes_hang_on_a_lot_elsewhere_is_not_published(app, now):
    highest = [{"name": "Chung cuộc", "count": 1, "amount": 9_000_000}]
    over_all = {"prize_cap": "one_per_contest", "overall": {"keys": ["rounds"], "prizes": highest}}
    contest = one_week(now, contest=over_all)
    sit_all(contest, now, [5, 4])
    later = now + 2 * HOUR
    factories.finalize(contest, later)
    assert [each[2] for each in winners(contest)] == ["lot_needed"] * 3
    with pytest.raises(Conflict, match="lots_open") as refused:
        do(service.publish_round, contest, "tuan-1", actor="lan", now=later)
    assert refused.value.details["rankings"] == ["overall:"]
    do(deciding.draw_lot, contest, "overall:", 1, now=later, **WHO)
    do(service.publish_round, contest, "tuan-1", actor="lan", now=later)
    assert [each[2] for each in winners(contest)] == ["awarded", "vacant", "awarded"]


def test_prizes_by_hand_are_given_and_taken_back(app, now):
    hand = {"name": "Lan tỏa", "count": 1, "by": "hand", "amount": 300_000}
    contest = one_week(now, prizes=[*PRIZES, hand])
    best, next_, third = sit_all(contest, now, [5, 4, 3])
    later = now + 2 * HOUR
    factories.finalize(contest, later)
    assert winners(contest)[2] == ("Lan tỏa", None, "hand_needed")
    give = ("round:tuan-1:", "Lan tỏa")
    do(deciding.give_by_hand, contest, *give, third.public_id, now=later, **WHO)
    assert winners(contest)[2] == ("Lan tỏa", third.id, "awarded")
    with pytest.raises(Conflict, match="hand_already_given"):
        do(deciding.give_by_hand, contest, *give, third.public_id, now=later, **WHO)
    with pytest.raises(Conflict, match="hand_prizes_given"):
        do(deciding.give_by_hand, contest, *give, next_.public_id, now=later, **WHO)
    with pytest.raises(NotFound, match="prize_not_found"):
        do(deciding.give_by_hand, contest, "round:tuan-1:", "Nhất", next_.public_id, now=later, **WHO)
    with pytest.raises(NotFound, match="participant_not_found"):
        do(deciding.give_by_hand, contest, *give, "khong-co", now=later, **WHO)
    with pytest.raises(NotFound, match="ranking_not_found"):
        do(deciding.give_by_hand, contest, "overall:", "Nhất", next_.public_id, now=later, **WHO)
    do(deciding.withdraw, contest, Decisions(contest).given[0].id, now=later, **WHO)
    # A prize by hand that nobody has does not stand in the way of a publication.
    do(service.publish_contest, contest, actor="lan", now=later)
    assert winners(contest, public=True)[2] == ("Lan tỏa", None, "hand_needed")


def test_every_decision_has_a_reason_and_an_act(app, now):
    contest = one_week(now, prizes=[*PRIZES, {"name": "Lan tỏa", "count": 1, "by": "hand"}])
    best, _ = sit_all(contest, now, [5, 4])
    later = now + 2 * HOUR
    factories.finalize(contest, later)
    nothing = {"actor": "lan", "reason": "  ", "now": later}
    for act, args in (
        (deciding.refuse_prize, (best.public_id,)),
        (deciding.draw_lot, ("round:tuan-1:", 1)),
        (deciding.give_by_hand, ("round:tuan-1:", "Lan tỏa", best.public_id)),
        (deciding.lift_refusal, (1,)),
        (deciding.withdraw, (1,)),
    ):
        options = {"round_key": None} if act is deciding.refuse_prize else {}
        with pytest.raises(Invalid, match="reason_missing"):
            do(act, contest, *args, **options, **nothing)
    do(deciding.refuse_prize, contest, best.public_id, round_key=None, now=later, **WHO)
    do(deciding.lift_refusal, contest, Decisions(contest).refusals[0].id, now=later, **WHO)
    do(deciding.give_by_hand, contest, "round:tuan-1:", "Lan tỏa", best.public_id, now=later, **WHO)
    do(deciding.withdraw, contest, Decisions(contest).given[0].id, now=later, **WHO)
    acts = [(act.act, act.actor) for act in contests.list_acts(contest.id)][:4]
    assert acts == [
        ("withdraw_award", "lan"), ("give_award", "lan"), ("lift_prize_refusal", "lan"), ("refuse_prize", "lan"),
    ]  # fmt: skip


def test_groups_have_their_own_prizes(app, now):
    plain = factories.contest_dict(now)["entry"]
    entry = {**plain, "fields": {**plain["fields"], "group": "required"}}
    contest = factories.make_contest(
        now, rounds=[factories.round_dict(now, prizes=PRIZES)], entry=entry,
        groups=[{"key": "A", "label": "Bảng A"}, {"key": "B", "label": "Bảng B"}],
    )  # fmt: skip
    (in_a,) = sit_all(contest, now, [3], group="A")
    in_b = sit_all(contest, now, [5, 4, 3], group="B")
    factories.finalize(contest, now + 2 * HOUR)
    info = queries.latest(contest.id)
    found = [(each.group_key, each.participant_id, each.state) for each in queries.list_awards(info)]
    assert found == [
        ("A", in_a.id, "awarded"), ("A", None, "vacant"), ("B", in_b[0].id, "awarded"), ("B", in_b[1].id, "awarded"),
    ]  # fmt: skip


def test_one_prize_for_each_person_of_a_contest_settles_when_the_last_round_is_final(app, now):
    second = {"prizes": [{"name": "Nhất", "count": 1, "amount": 9_000_000}]}
    contest = two_weeks(now, prize_cap="one_per_contest", second=second)
    sitting, second_one = sit_people(contest, now - 40 * HOUR, [5, 4])
    factories.sit(contest, sitting, now, round_key="tuan-2")
    first, other = sitting.participant, second_one.participant
    factories.finalize(contest, now, "tuan-1")
    assert winners(contest) == [("Nhất", first.id, "awarded"), ("Nhì", other.id, "awarded")]
    factories.finalize(contest, now + 2 * HOUR)
    assert winners(contest) == [
        ("Nhất", other.id, "awarded"), ("Nhì", None, "vacant"), ("Nhất", first.id, "awarded"),
    ]  # fmt: skip
    passed = queries.content_of(queries.latest(contest.id).id)["rankings"][0]["places"][0]["passed"][0]
    assert (passed["why"], passed["higher"]) == ("higher_prize", ["round:tuan-2:", 1])


def test_prizes_of_people_count_for_their_areas_and_collectives(app, now):
    collectives = [
        {"level": "district", "metric": "prizes", "then": ["people"], "prizes": [{"name": "Cờ", "count": 1}]},
        {"level": "district", "metric": "manual", "prizes": [{"name": "Bằng khen", "count": 1}]},
    ]
    rounds = [factories.round_dict(now, prizes=PRIZES)]
    contest = factories.make_contest(now, rounds=rounds, collectives=collectives)
    sit_all(contest, now, [5, 4], area="111")
    sit_all(contest, now, [3, 3, 3], area="101")
    later = now + 2 * HOUR
    factories.finalize(contest, later)
    ia_thu, commune = areas.get_area("tinh-mau", "11"), areas.get_area("tinh-mau", "111")
    info = queries.latest(contest.id)
    found = [(each.prize, each.area_id, each.state) for each in queries.list_awards(info, kind="collective")]
    assert found == [("Cờ", ia_thu.id, "awarded"), ("Bằng khen", None, "hand_needed")]
    assert queries.prizes_by_area(info, contest.rounds[0].id) == {commune.id: 2}
    assert queries.prizes_by_area(info, None, public=True) == {}
    section = queries.content_of(info.id)["rankings"][1]
    assert section["places"][0]["decided"]["key"] == "prizes"
    assert len(section["standings"]) == 3
    do(deciding.give_by_hand, contest, "collective:1", "Bằng khen", "12", now=later, **WHO)
    with pytest.raises(NotFound, match="area_not_found"):
        do(deciding.give_by_hand, contest, "collective:1", "Bằng khen", "121", now=later, **WHO)
    last = queries.list_awards(queries.latest(contest.id), kind="collective")[1]
    assert (last.state, last.area_id) == ("awarded", areas.get_area("tinh-mau", "12").id)


def test_a_newer_version_of_another_round_is_published_first(app, now):
    contest = two_weeks(now)
    sit_all(contest, now - 40 * HOUR, [5])
    later = now + 2 * HOUR
    factories.finalize(contest, later)
    do(service.publish_round, contest, "tuan-1", actor="lan", now=later)
    do(service.supersede_round, contest, "tuan-1", actor="lan", reason="Chấm sót", now=later)
    before = queries.latest(contest.id).version
    factories.finalize(contest, later, "tuan-1")
    assert queries.latest(contest.id).version == before + 1
    with pytest.raises(Conflict, match="other_round_waits"):
        do(service.publish_round, contest, "tuan-2", actor="lan", now=later)
    do(service.publish_round, contest, "tuan-1", actor="lan", now=later)
    do(service.publish_round, contest, "tuan-2", actor="lan", now=later)
    assert queries.published(contest.id).version == queries.latest(contest.id).version


def test_two_persons_leave_no_sheet_before_the_second_has_agreed(app, now):
    contest = factories.make_contest(
        now, rounds=[factories.round_dict(now, prizes=PRIZES)], publication={"live": "full", "two_persons": True}
    )
    later = now + 2 * HOUR
    do(service.finalize_round, contest, "tuan-1", actor="lan", now=later)
    assert queries.latest(contest.id) is None
    do(service.finalize_round, contest, "tuan-1", actor="minh", now=later)
    assert queries.latest(contest.id).made_by == "minh"
    do(service.reopen_round, contest, "tuan-1", actor="minh", reason="Xem lại", now=later)
    assert winners(contest) == []


def test_rankings_have_names(app, now):
    contest = two_weeks(now, collectives=[{"level": "district", "metric": "people", "scope": "round",
                                           "prizes": [{"name": "Cờ", "count": 1}]}])  # fmt: skip
    names = [part.name for part in parts.list_parts(contest)]
    assert names == ["round:tuan-1:", "round:tuan-2:", "collective:0:tuan-1", "collective:0:tuan-2"]
    assert parts.get_part(contest, "collective:0:tuan-2").round.key == "tuan-2"
