"""The life of a round's result, from its review to a version that supersedes it; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from quizapp.areas import queries as areas
from quizapp.attempts.models import Attempt
from quizapp.contests import queries as contests
from quizapp.db import db, transaction
from quizapp.errors import Conflict, Invalid
from quizapp.results import closing, ranking_file, service, versions
from quizapp.results.models import ResultLine
from quizapp.results.rules import Stage
from tests import factories

HOURS = timedelta(hours=1)


def contest_of(now, **changes):
    rounds = [factories.round_dict(now, **changes.pop("round_", {}))]
    return factories.make_contest(now, rounds=rounds, publication={"live": "hidden_until_close", **changes})


def finalize(contest, now, actor="lan"):
    with transaction():
        return service.finalize(contest, contest.round("tuan-1"), actor=actor, now=now)


def stage(contest, now):
    return versions.stage_of(contest, contest.round("tuan-1"), now)


def test_a_round_goes_from_open_to_published(app, now):
    contest = contest_of(now)
    person = factories.enter(contest, now)
    assert stage(contest, now - 2 * HOURS) is Stage.UPCOMING
    factories.sit(contest, person, now, right=4)
    assert stage(contest, now) is Stage.OPEN
    later = now + 2 * HOURS
    assert stage(contest, later) is Stage.REVIEW
    result = finalize(contest, later)
    assert (result.version, result.people, result.attempts, result.people_all_correct, result.ranked) == (1, 1, 1, 0, 1)
    assert stage(contest, later) is Stage.FINALIZED
    with transaction():
        service.publish(contest, contest.round("tuan-1"), actor="lan", now=later)
    assert stage(contest, later) is Stage.PUBLISHED
    acts = [(act.act, act.round_key, act.actor) for act in contests.list_acts(contest.id)]
    assert acts[:2] == [("publish_round", "tuan-1", "lan"), ("finalize_round", "tuan-1", "lan")]


def test_an_open_paper_or_an_unfrozen_count_keeps_a_round_from_review(app, now):
    guessed = {"prediction": {"metric": "people", "scope": "round"}, "ranking": {"keys": ["score", "prediction_gap"]}}
    contest = contest_of(now, round_=guessed)
    factories.start(contest, factories.enter(contest, now), now + 55 * HOURS / 60)
    later = now + 2 * HOURS
    assert stage(contest, later) is Stage.CLOSING
    with transaction():
        factories.attempts.settle_due(contest, now=later)
    assert stage(contest, later) is Stage.CLOSING
    with pytest.raises(Conflict, match="round_not_settled"):
        finalize(contest, later)
    with transaction():
        closing.freeze(contest, now=later)
    assert stage(contest, later) is Stage.REVIEW


def test_two_persons_finalize_where_the_contest_says_so(app, now):
    contest = contest_of(now, two_persons=True)
    factories.sit(contest, factories.enter(contest, now), now)
    later = now + 2 * HOURS
    assert finalize(contest, later, "lan").stage is Stage.PROPOSED
    assert versions.finalized(contest.round("tuan-1").id) is None
    with pytest.raises(Conflict, match="second_person_needed"):
        finalize(contest, later, "lan")
    assert finalize(contest, later, "minh").stage is Stage.FINALIZED
    with pytest.raises(Conflict, match="already_finalized"):
        finalize(contest, later, "hoa")


def test_one_step_back_is_possible_until_the_publication(app, now):
    contest = contest_of(now)
    factories.sit(contest, factories.enter(contest, now), now)
    round_, later = contest.round("tuan-1"), now + 2 * HOURS
    with transaction(), pytest.raises(Conflict, match="nothing_to_reopen"):
        service.reopen(contest, round_, actor="lan", reason="x", now=later)
    first = finalize(contest, later)
    with transaction(), pytest.raises(Invalid, match="reason_missing"):
        service.reopen(contest, round_, actor="lan", reason="  ", now=later)
    with transaction():
        service.reopen(contest, round_, actor="lan", reason="Còn khiếu nại", now=later)
    assert stage(contest, later) is Stage.REVIEW
    assert list(versions.stream_lines(first.id)) == []
    assert versions.latest(round_.id).ranking_hash is None
    again = finalize(contest, later)
    assert (again.version, again.ranking_hash) == (1, first.ranking_hash)
    with transaction():
        service.publish(contest, round_, actor="lan", now=later)
    with transaction(), pytest.raises(Conflict, match="result_published"):
        service.reopen(contest, round_, actor="lan", reason="x", now=later)


def test_a_new_version_supersedes_and_both_are_kept(app, now):
    contest = contest_of(now)
    person = factories.enter(contest, now)
    sat = factories.sit(contest, person, now, right=4)
    round_, later = contest.round("tuan-1"), now + 2 * HOURS
    with transaction(), pytest.raises(Conflict, match="nothing_to_supersede"):
        service.supersede(contest, round_, actor="lan", reason="x", now=later)
    first = finalize(contest, later)
    with transaction():
        service.publish(contest, round_, actor="lan", now=later)
        service.supersede(contest, round_, actor="lan", reason="Chấm sót một câu", now=later)
        db.session.execute(update(Attempt).where(Attempt.id == sat.id).values(score=50, is_perfect=True))
    assert stage(contest, later) is Stage.REVIEW
    assert versions.published(round_.id).version == 1
    finalize(contest, later)
    assert versions.published(round_.id).version == 1
    with transaction():
        service.publish(contest, round_, actor="lan", now=later)
    kept = versions.list_versions(round_.id)
    assert [(each.version, each.reason) for each in kept] == [(2, "Chấm sót một câu"), (1, "")]
    scores = [[line.score for line in versions.stream_lines(each.id)] for each in kept]
    assert scores == [[50], [40]]
    assert kept[0].ranking_hash != kept[1].ranking_hash
    assert kept[1].ranking_hash == first.ranking_hash


def test_unranked_people_have_no_line_and_groups_have_their_own_places(app, now):
    contest = factories.make_contest(
        now,
        entry={
            **factories.contest_dict(now)["entry"],
            "fields": {**factories.contest_dict(now)["entry"]["fields"], "group": "required"},
            "excluded": {"mode": "unranked", "people": [{"phone": "0911111111", "full_name": "Trần Ban Tổ"}]},
        },
        groups=[{"key": "A", "label": "Bảng A"}, {"key": "B", "label": "Bảng B"}],
    )
    for group, right in (("A", 3), ("B", 5), ("A", 5), ("A", 3)):
        factories.sit(contest, factories.enter(contest, now, group=group), now, right=right)
    outsider = factories.enter(contest, now, group="A", phone="0911111111", full_name="Trần Ban Tổ")
    factories.sit(contest, outsider, now)
    later = now + 2 * HOURS
    result = finalize(contest, later)
    found = [(row.group_key, row.rank, row.line, row.score) for row in versions.stream_lines(result.id)]
    assert found == [("A", 1, 1, 50), ("A", 2, 2, 30), ("A", 2, 3, 30), ("B", 1, 1, 50)]
    assert [row.line for row in versions.stream_lines(result.id, "B")] == [1]
    assert (result.people, result.ranked) == (5, 4)
    assert versions.line_of(result.id, outsider.participant.id) is None
    assert versions.line_at(result.id, "A", 2).rank == 2


def test_the_file_of_a_ranking_holds_codes_and_keys_only(app, now):
    contest = contest_of(now)
    people = [factories.enter(contest, now, area=area) for area in ("101", "ngoai-tinh:01", "")]
    for person in people:
        factories.sit(contest, person, now, right=4)
    result = finalize(contest, now + 2 * HOURS)
    tree = areas.get_tree_by_id(contest.tree_id)
    text = b"".join(ranking_file.stream(result.id, tree)).decode()
    head, *lines = text.splitlines()
    assert head == ",".join(ranking_file.HEADER)
    assert [line.split(",")[2] for line in lines] == sorted(person.participant.public_id for person in people)
    assert {line.split(",")[3] for line in lines} == {"101", "ngoai-tinh:01", ""}
    assert all(line.startswith("1,,") and ",40,0,,,2025-05-19T08:01:00.000Z," in line for line in lines)
    assert "Nguyễn" not in text
    assert db.session.scalar(select(func.count()).select_from(ResultLine)) == 3
