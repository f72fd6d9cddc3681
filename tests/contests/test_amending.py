"""Rules that change while a contest runs: what may, what must not, and what each version keeps."""

from datetime import timedelta

import pytest

from quizapp.contests import amending, queries, service
from quizapp.contests.rules import RoundState
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid
from quizapp.strict_yaml import RefusedFile
from tests import factories

REASON = "Theo Công văn số 12-CV/BTC"


def rounds(now, **second):
    """An open round and one that opens in two hours."""
    return [factories.round_dict(now), next_round(now, **second)]


def next_round(now, hours=2, **changes):
    return factories.round_dict(
        now,
        **{
            "key": "tuan-2",
            "label": "Tuần 2",
            "opens_at": (now + timedelta(hours=hours)).isoformat(),
            "closes_at": (now + timedelta(hours=hours + 1)).isoformat(),
            **changes,
        },
    )


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now, rounds=rounds(now))


def amend(present, now, *, reason=REASON, **changes):
    data = factories.contest_yaml(now, **{"rounds": rounds(now), **changes})
    with transaction():
        return amending.amend(present, data, name="c.yaml", actor="ba-tuyen", reason=reason, now=now)


def refused(present, now, **changes):
    """{(code, field)} of a refused amendment, after which nothing has changed."""
    before = queries.get_contest(present.slug)
    with pytest.raises(Conflict, match="amendment_refused") as conflict:
        amend(present, now, **changes)
    assert queries.get_contest(present.slug) == before
    assert len(queries.list_versions(present.id)) == 1
    return {(problem["code"], problem["field"]) for problem in conflict.value.details["problems"]}


# --- what may change ---


def test_a_round_that_has_not_begun_is_changed_and_the_others_keep_their_version(contest, now):
    paper = {"mode": "fixed", "questions": ["mau-006", "mau-007"], "points": 5}
    changed = amend(contest, now, rounds=rounds(now, paper=paper, label="Tuần hai"))
    assert changed.round("tuan-1") == contest.round("tuan-1")
    assert changed.round("tuan-2").spec.paper.points == 5
    assert [(each.label, each.rules_version) for each in changed.rounds] == [("Tuần 1", 1), ("Tuần hai", 2)]
    first, second = (queries.get_snapshot(contest.id, version) for version in (1, 2))
    assert set(second.questions) == {"mau/mau-006", "mau/mau-007"}
    assert set(second.blueprints) == {"tuan-2"}
    assert set(first.blueprints) == {"tuan-1", "tuan-2"}
    assert (first.rules_version, second.rules_version) == (1, 2)
    assert queries.get_snapshot(contest.id) == second


def test_each_version_says_since_when_and_why(contest, now):
    later = now + timedelta(minutes=30)
    amend(contest, later, title="Cuộc thi đổi tên", rounds=rounds(now), reason=f"  {REASON} ")
    versions = [(each.version, each.since, each.reason) for each in queries.list_versions(contest.id)]
    assert versions == [(2, later, REASON), (1, now, "")]
    act = queries.list_acts(contest.id)[0]
    assert (act.act, act.actor, act.reason) == ("amend", "ba-tuyen", f"v2: {REASON}")
    assert len({each.content_hash for each in queries.list_versions(contest.id)}) == 2


def test_the_seed_and_its_commitment_never_change(contest, now):
    seed = queries.get_seed(contest.id)
    changed = amend(contest, now, title="Tên khác")
    assert (queries.get_seed(contest.id), changed.commitment) == (seed, contest.commitment)
    assert changed.launched_at == contest.launched_at
    assert changed.title == "Tên khác"
    assert queries.source_of(contest.slug).count("Tên khác") == 1


def test_rounds_are_added_and_dropped(contest, now):
    third = next_round(now, hours=1.5, key="tuan-3", label="Tuần 3")
    added = amend(contest, now, rounds=[*rounds(now), third])
    assert [each.key for each in added.rounds] == ["tuan-1", "tuan-3", "tuan-2"]
    assert [each.rules_version for each in added.rounds] == [1, 2, 2]
    dropped = amend(contest, now, rounds=[factories.round_dict(now), third])
    assert [(each.key, each.rules_version) for each in dropped.rounds] == [("tuan-1", 1), ("tuan-3", 3)]
    assert dropped.round("tuan-3").id == added.round("tuan-3").id


def test_prizes_collectives_and_texts_may_change_at_any_time(contest, now):
    changes = {
        "title": "Tên khác",
        "organizer": {"name": "Ban Tổ chức mới", "header": "state"},
        "overall": {"prizes": [{"name": "Nhất toàn cuộc", "count": 1}]},
        "collectives": [{"level": "district", "metric": "people"}],
    }
    changed = amend(contest, now, **changes)
    assert changed.spec.overall.prizes[0].name == "Nhất toàn cuộc"
    after = now + timedelta(days=1)
    again = amend(queries.get_contest(contest.slug), after, rounds=rounds(now), **{**changes, "title": "Lại khác"})
    assert [each.rules_version for each in again.rounds] == [1, 2]
    assert queries.get_snapshot(contest.id).blueprints == {}


def test_what_areas_and_sums_are_judged_by_stays_once_a_round_has_begun(contest, now):
    people, attempts = {"level": "district", "metric": "people"}, {"level": "commune", "metric": "attempts"}
    overall = {"prizes": [{"name": "Nhất toàn cuộc", "count": 1}]}
    amend(contest, now, collectives=[people], overall=overall)
    more = amend(queries.get_contest(contest.slug), now, collectives=[people, attempts], overall=overall)
    assert len(more.spec.collectives) == 2
    for collectives, sums in (([], overall), ([attempts, people], overall), ([people, attempts], None)):
        changes = {"collectives": collectives, **({"overall": sums} if sums else {})}
        with pytest.raises(Conflict, match="amendment_refused"):
            amend(more, now, **changes)


def test_the_cap_of_prizes_may_change_before_the_first_round(app, now):
    contest = factories.make_contest(now, rounds=[next_round(now)])
    changed = amend(contest, now, rounds=[next_round(now)], prize_cap="one_per_round")
    assert changed.spec.prize_cap == "one_per_round"


def test_coming_rounds_take_their_questions_from_the_banks_as_they_are(contest, now):
    corrected = factories.bank_yaml().replace("Câu hỏi mẫu số 1 ".encode(), "Câu hỏi đã sửa số 1 ".encode())
    with transaction():
        factories.banks.import_bank(corrected, name="mau.yaml", actor="test", now=now)
    changed = amend(contest, now)
    texts = [queries.get_snapshot(contest.id, version).questions["mau/mau-001"].text for version in (1, 2)]
    assert texts[0].startswith("Câu hỏi mẫu số 1 ")
    assert texts[1].startswith("Câu hỏi đã sửa số 1 ")
    assert [each.rules_version for each in changed.rounds] == [1, 2]


def test_a_begun_round_needs_its_bank_no_more(contest, now):
    # The bank loses what the open round asks; that round has its questions in its own version.
    with transaction():
        factories.banks.import_bank(factories.bank_yaml(questions=3), name="mau.yaml", actor="test", now=now)
    paper = {"mode": "fixed", "questions": ["mau-001"]}
    assert amend(contest, now, rounds=rounds(now, paper=paper)).round("tuan-2").rules_version == 2
    with pytest.raises(RefusedFile):
        amend(contest, now, rounds=rounds(now))


def test_an_amendment_brings_in_no_bank_of_somebody_else(app, now):
    factories.make_tree(now)
    for slug, owner in (("cua-dak", "10"), ("cua-ia", "11")):
        factories.make_bank(now, slug, owner=owner)
    contest = factories.make_contest(now, owner="10", rounds=rounds(now))
    with pytest.raises(RefusedFile) as refused:
        amend(contest, now, rounds=rounds(now, paper={"mode": "fixed", "questions": ["cua-ia-001"]}))
    assert [problem.code for problem in refused.value.problems] == ["unknown_question"]
    own = amend(contest, now, rounds=rounds(now, paper={"mode": "fixed", "questions": ["cua-dak-001"]}))
    assert own.round("tuan-2").rules_version == 2


def test_a_file_that_changes_nothing_makes_no_version(contest, now):
    assert amend(contest, now) == contest
    assert [each.version for each in queries.list_versions(contest.id)] == [1]
    assert queries.list_acts(contest.id)[0].act == "launch"


# --- times ---


def test_times_that_the_file_leaves_alone_stay_as_they_are_now(contest, now):
    longer = now + timedelta(hours=5)
    with transaction():
        service.extend_round(contest, "tuan-2", closes_at=longer, actor="t", reason="Mất điện", now=now)
    changed = amend(queries.get_contest(contest.slug), now, title="Tên khác")
    assert changed.round("tuan-2").closes_at == longer
    moved = next_round(now, closes_at=(now + timedelta(hours=9)).isoformat())
    changed = amend(changed, now, rounds=[factories.round_dict(now), moved])
    assert changed.round("tuan-2").closes_at == now + timedelta(hours=9)


def test_a_file_may_say_the_present_times_of_a_round_that_has_begun(contest, now):
    longer = now + timedelta(hours=1, minutes=30)
    with transaction():
        extended = service.extend_round(contest, "tuan-1", closes_at=longer, actor="t", reason="Mất điện", now=now)
    present = factories.round_dict(now, closes_at=longer.isoformat())
    changed = amend(extended, now, title="Tên khác", rounds=[present, next_round(now)])
    assert changed.round("tuan-1").closes_at == longer
    other = factories.round_dict(now, closes_at=(longer + timedelta(minutes=1)).isoformat())
    with pytest.raises(Conflict, match="amendment_refused"):
        amend(changed, now, rounds=[other, next_round(now)])


def test_a_promotion_is_checked_by_the_present_times(contest, now):
    longer = now + timedelta(hours=1, minutes=45)
    with transaction():
        extended = service.extend_round(contest, "tuan-1", closes_at=longer, actor="t", reason="Mất điện", now=now)
    final = next_round(now, hours=1.5, key="chung-ket", promote={"round": "tuan-1", "top": 10})
    with pytest.raises(Conflict, match="amendment_refused") as conflict:
        amend(extended, now, rounds=[*rounds(now), final])
    (problem,) = conflict.value.details["problems"]
    assert (problem["code"], problem["field"]) == ("promotes_too_early", "rounds[2].promote.round")


# --- what must stay ---


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {"paper": {"mode": "fixed", "questions": [f"mau-00{n}" for n in range(1, 6)], "time_limit_seconds": 600}},
            "paper.points",
        ),
        ({"attempts": {"max": 3}}, "attempts.max"),
        ({"counted": "last"}, "counted"),
        ({"label": "Tuần đầu"}, "label"),
        ({"ranking": {"keys": ["score"]}}, "ranking.keys"),
        ({"prizes": [{"name": "Nhất", "count": 1}]}, "prizes"),
        ({"key_public": "never"}, "key_public"),
        ({"closes_at": "2030-01-01T00:00Z"}, "closes_at"),
    ],
)
def test_a_round_that_has_begun_keeps_everything(contest, now, changes, field):
    changed = [factories.round_dict(now, **changes), next_round(now)]
    assert refused(contest, now, rounds=changed) == {("amendment_changes_begun", f"rounds.tuan-1.{field}")}


def test_a_round_that_has_begun_stays(contest, now):
    assert refused(contest, now, rounds=[next_round(now)]) == {("amendment_drops_begun", "rounds.tuan-1")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"prize_cap": "one_per_round"}, "prize_cap"),
        ({"publication": {"live": "coarse"}}, "publication.live"),
        ({"areas": {"tree": "tinh-mau", "ranked_level": "commune"}}, "areas.ranked_level"),
        ({"contest": "khac"}, "contest"),
    ],
)
def test_what_people_have_entered_by_stays(contest, now, changes, field):
    assert refused(contest, now, **changes) == {("amendment_keeps", field)}


def test_every_refusal_is_told_at_once(contest, now):
    entry = {**factories.contest_dict(now)["entry"], "password": "moi"}
    changed = [factories.round_dict(now, label="A"), next_round(now, hours=-0.5)]
    assert refused(contest, now, entry=entry, rounds=changed) == {
        ("amendment_keeps", "entry.password"),
        ("amendment_changes_begun", "rounds.tuan-1.label"),
        ("amendment_opens_too_soon", "rounds.tuan-2.opens_at"),
    }


def test_a_guess_about_the_whole_contest_holds_its_rounds_together(app, now):
    def guessed(*more):
        first = factories.round_dict(now, prediction={"metric": "people", "scope": "contest"})
        return [first, *more]

    sealed = {"publication": {"live": "hidden_until_close"}}
    contest = factories.make_contest(now, rounds=guessed(next_round(now)), **sealed)
    third = next_round(now, key="tuan-3")
    assert refused(contest, now, rounds=guessed(next_round(now), third), **sealed) == {
        ("amendment_moves_guess", "rounds.tuan-3")
    }
    assert refused(contest, now, rounds=guessed(), **sealed) == {("amendment_moves_guess", "rounds.tuan-2")}
    essay = next_round(now, key="viet", paper={"mode": "marked"}, ranking={"keys": ["score"]})
    assert amend(contest, now, rounds=guessed(next_round(now), essay), **sealed).round("viet").rules_version == 2


def test_no_round_with_papers_is_added_once_the_seed_may_be_known(app, now):
    first = factories.round_dict(now)
    contest = factories.make_contest(now, rounds=[first])
    end = contest.rounds[0].closes_at
    more = next_round(now, hours=9)
    assert refused(contest, end, rounds=[first, more]) == {("amendment_after_draws", "rounds.tuan-2")}
    marked = {**more, "paper": {"mode": "marked", "points": 9}, "ranking": {"keys": ["score"]}}
    assert len(amend(contest, end, rounds=[first, marked]).rounds) == 2


def test_a_round_begins_for_amendments_a_minute_before_it_opens(contest, now):
    opening = contest.round("tuan-2").opens_at
    for before, is_begun in ((amending.LEAD, True), (amending.LEAD + timedelta(milliseconds=1), False)):
        moment = opening - before
        assert contest.round("tuan-2").state(moment) is RoundState.UPCOMING
        assert ("tuan-2" in amending.begun_rounds(contest, moment)) == is_begun
    with pytest.raises(Conflict, match="amendment_refused"):
        amend(contest, opening - amending.LEAD, rounds=rounds(now, label="Tuần hai"))
    amend(contest, opening - amending.LEAD - timedelta(milliseconds=1), rounds=rounds(now, label="Tuần hai"))


def test_an_amendment_needs_a_reason_a_launched_contest_and_a_sound_file(app, now):
    draft = factories.make_contest(now, launched=False, rounds=rounds(now))
    with pytest.raises(Conflict, match="contest_not_launched"):
        amend(draft, now, title="Tên khác")
    contest = factories.launch(draft, now)
    with pytest.raises(Invalid, match="reason_missing"):
        amend(contest, now, title="Tên khác", reason="  ")
    with pytest.raises(RefusedFile) as broken:
        amend(contest, now, rounds=rounds(now, paper={"mode": "fixed", "questions": ["mau-999"]}))
    assert [problem.code for problem in broken.value.problems] == ["unknown_question"]
    assert queries.get_contest(contest.slug) == contest


def test_a_published_contest_is_not_amended(contest, now):
    later = contest.rounds[-1].closes_at
    with transaction():
        published = service.publish(contest, actor="t", now=later)
    with pytest.raises(Conflict, match="already_published"):
        amend(published, later, title="Tên khác", rounds=rounds(now))


# --- those who sit a paper ---


def test_each_attempt_keeps_the_version_of_its_round(contest, now):
    person = factories.enter(contest, now)
    first = factories.start(contest, person, now)
    paper = {"mode": "fixed", "questions": ["mau-006", "mau-001"], "points": 5}
    changed = amend(contest, now, rounds=rounds(now, paper=paper))
    done = factories.sit(changed, factories.enter(changed, now), now)
    opened = now + timedelta(hours=2)
    second = factories.sit(changed, person, opened, round_key="tuan-2")
    assert [each.rules_version for each in (first, done, second)] == [1, 1, 2]
    assert (done.score, second.score) == (50, 10)
    assert [ref for ref, _ in second.paper] == ["mau/mau-006", "mau/mau-001"]
