"""Import, launch, close, publish, targets."""

import hashlib
from datetime import timedelta

import pytest

from quizapp.contests import queries, service, snapshot
from quizapp.contests.rules import ContestState
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.strict_yaml import RefusedFile
from tests import factories


def do(act, *args, **kwargs):
    with transaction():
        return act(*args, **kwargs)


def test_import_creates_then_changes_a_draft(app, now):
    contest = factories.make_contest(now, launched=False)
    assert contest.state(now) is ContestState.DRAFT
    changed = factories.make_contest(now, launched=False, title="Tên mới")
    assert (changed.id, changed.title) == (contest.id, "Tên mới")
    data = factories.contest_yaml(now, title="Tên mới")
    assert do(service.import_contest, data, name="c", owner_area_id=None, now=now)[1] is False


def test_a_refused_file_changes_nothing(app, now):
    factories.make_contest(now, launched=False)
    with pytest.raises(RefusedFile), transaction():
        service.import_contest(
            factories.contest_yaml(now, title="Khác", prize_cap="?"), name="c", owner_area_id=None, now=now
        )
    assert queries.get_contest("cuoc-thi-mau").title == "Cuộc thi mẫu"


def test_rounds_stand_in_the_order_of_their_opening(app, now):
    later = factories.round_dict(
        now,
        key="tuan-2",
        opens_at=(now + timedelta(days=1)).isoformat(),
        closes_at=(now + timedelta(days=2)).isoformat(),
    )
    contest = factories.make_contest(now, rounds=[later, factories.round_dict(now)])
    assert [round_.key for round_ in contest.rounds] == ["tuan-1", "tuan-2"]


def test_launch_freezes_questions_and_rules_and_commits_to_the_seed(app, now):
    contest = factories.make_contest(now)
    frozen = queries.get_snapshot(contest.id)
    assert set(frozen.questions) == {f"mau/mau-{n:03d}" for n in range(1, 6)}
    assert frozen.spec == contest.spec
    seed = queries.get_seed(contest.id)
    assert (len(seed), contest.commitment) == (32, hashlib.sha256(b"seed-v1|" + seed).hexdigest())
    with pytest.raises(Conflict, match="already_launched"):
        do(service.launch, contest, actor="t", now=now)


def test_a_launched_contest_takes_no_other_file(app, now):
    factories.make_contest(now)
    with pytest.raises(Conflict, match="contest_launched"):
        factories.make_contest(now, launched=False, title="Tên khác")
    assert factories.make_contest(now, launched=False).launched_at is not None  # the very same file changes nothing


def test_launch_is_refused_with_what_stands_in_the_way(app, now):
    rounds = [factories.round_dict(now, opens_at="2020-01-01T00:00Z", closes_at="2020-01-02T00:00Z")]
    contest = factories.make_contest(now, launched=False, rounds=rounds)
    with pytest.raises(Conflict) as refused:
        factories.launch(contest, now)
    assert refused.value.details["problems"] == [{"code": "all_rounds_over"}]


def test_a_bank_that_lost_a_question_stops_the_launch(app, now):
    contest = factories.make_contest(now, launched=False)
    with transaction():
        factories.banks.import_bank(factories.bank_yaml(questions=3), name="mau.yaml", actor="test", now=now)
    with pytest.raises(RefusedFile):
        factories.launch(contest, now)
    assert queries.get_contest(contest.slug).launched_at is None


def test_the_owner_decides_about_the_banks_at_import_and_again_at_launch(app, now):
    factories.make_tree(now)
    factories.make_bank(now, "cua-huyen", owner="10")
    rounds = [factories.round_dict(now, paper={"mode": "fixed", "questions": ["cua-huyen-001"]})]
    with pytest.raises(RefusedFile):
        factories.make_contest(now, owner="11", launched=False, contest="thi-ia", rounds=rounds)
    assert queries.find_contest("thi-ia") is None
    for owner, slug in (("10", "thi-dak"), (None, "thi-tinh")):
        assert factories.make_contest(now, owner=owner, contest=slug, rounds=rounds).launched_at is not None
    # The file may have been changed with more rights than the contest's organizers have.
    factories.make_contest(now, owner="11", launched=False, contest="thi-ia")
    smuggled = factories.make_contest(now, launched=False, contest="thi-ia", rounds=rounds)
    with pytest.raises(RefusedFile) as refused:
        factories.launch(smuggled, now)
    assert [problem.code for problem in refused.value.problems] == ["unknown_question"]


def test_a_draft_is_not_public(app, now):
    contest = factories.make_contest(now, launched=False)
    with pytest.raises(NotFound):
        queries.get_public_contest(contest.slug)
    assert queries.list_public_contests() == []
    assert [found.slug for found in queries.list_all_contests()] == [contest.slug]


def test_a_snapshot_reads_back_as_it_was_written(app, now):
    contest = factories.make_contest(now)
    frozen = queries.get_snapshot(contest.id)
    assert snapshot.content_hash(frozen_text(contest.id)) == frozen.content_hash
    assert snapshot.read(frozen_text(contest.id)) == frozen


def frozen_text(contest_id):
    return queries.db.session.scalars(
        queries.select(queries.ContestSnapshot.content).where(queries.ContestSnapshot.contest_id == contest_id)
    ).one()


def test_closing_early_needs_a_reason_and_an_open_round(app, now):
    contest = factories.make_contest(now)
    with pytest.raises(Invalid, match="reason_missing"):
        do(service.close_round, contest, "tuan-1", actor="t", reason="  ", now=now)
    with pytest.raises(NotFound, match="round_not_found"):
        do(service.close_round, contest, "tuan-9", actor="t", reason="x", now=now)
    closed = do(service.close_round, contest, "tuan-1", actor="ba-tuyen", reason="Mất điện toàn huyện", now=now)
    assert closed.round("tuan-1").closes_at == now
    assert closed.state(now) is ContestState.CLOSED
    with pytest.raises(Conflict, match="round_not_open"):
        do(service.close_round, closed, "tuan-1", actor="t", reason="x", now=now)
    act = queries.list_acts(contest.id)[0]
    assert (act.act, act.round_key, act.actor, act.reason) == (
        "close_round", "tuan-1", "ba-tuyen", "Mất điện toàn huyện",
    )  # fmt: skip


def test_a_round_can_be_closed_at_the_moment_of_its_opening(app, now):
    contest = factories.make_contest(now)
    opening = contest.round("tuan-1").opens_at
    closed = do(service.close_round, contest, "tuan-1", actor="t", reason="nhầm ngày", now=opening)
    assert closed.state(opening + timedelta(milliseconds=1)) is ContestState.CLOSED


def test_publication_follows_the_close_and_happens_once(app, now):
    contest = factories.make_contest(now)
    with pytest.raises(Conflict, match="not_closed"):
        do(service.publish, contest, actor="t", now=now)
    later = contest.round("tuan-1").closes_at
    published = do(service.publish, contest, actor="t", now=later)
    assert published.state(later) is ContestState.PUBLISHED
    with pytest.raises(Conflict, match="already_published"):
        do(service.publish, published, actor="t", now=later)


def test_targets_are_set_changed_and_taken_away(app, now):
    contest = factories.make_contest(now)
    area = factories.areas.get_area("tinh-mau", "10").id
    for people in (500, 600):
        do(service.set_target, contest, area, people, actor="t", now=now)
    assert queries.targets(contest.id) == {area: 600}
    do(service.set_target, contest, area, None, actor="t", now=now)
    assert queries.targets(contest.id) == {}
    with pytest.raises(Invalid, match="target_invalid"):
        do(service.set_target, contest, area, 0, actor="t", now=now)
    outside = factories.areas.get_area("ngoai-tinh", "01").id
    with pytest.raises(NotFound, match="area_not_found"):
        do(service.set_target, contest, outside, 5, actor="t", now=now)


def test_organizers_run_the_contests_of_their_own_subtree(app, now):
    contest = factories.make_contest(now, owner="10")
    tree = factories.areas.get_tree("tinh-mau")
    inside = {code: queries.owned_within(contest, tree.get(code).id) for code in ("1", "10", "101", "11")}
    assert inside == {"1": True, "10": True, "101": False, "11": False}
    assert queries.owned_within(contest, None)
