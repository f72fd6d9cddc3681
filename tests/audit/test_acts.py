"""A contest from launch to a superseded result: every act is one line of its log, with actor, origin and reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.attempts import extra_time, late
from quizapp.attempts import service as attempts
from quizapp.attempts.rules import Choice
from quizapp.audit import queries, service
from quizapp.audit.rules import INSTALLATION, Entry, Head
from quizapp.awards import deciding, regrading
from quizapp.awards import service as awards
from quizapp.awards.decisions import Decisions
from quizapp.cli.paper_sealing import PaperSealer
from quizapp.contests import amending, sizes
from quizapp.contests import service as contests
from quizapp.contests.queries import get_contest
from quizapp.db import transaction
from quizapp.entries import refusals
from quizapp.messages.staff import ACTS
from quizapp.records.proving import contradictions
from quizapp.results import late_decisions, marking
from tests import factories

WHO = {"actor": "lan", "reason": "Có biên bản"}
PRIZES = [
    {"name": "Nhất", "count": 1, "amount": 500_000},
    {"name": "Lan tỏa", "count": 1, "by": "hand", "amount": 300_000},
]


class Story:
    """A log under watch: what a step writes to it."""

    def __init__(self, chain: int) -> None:
        self.chain = chain
        self.told: list[str] = []
        self.start: Head = queries.find_head(chain)

    @contextmanager
    def writes(self, *acts: str) -> Iterator[None]:
        """The block is these acts of `lan` from her own address, one line each, and nothing else."""
        before = queries.find_head(self.chain).count
        yield
        new = [entry for entry in queries.each_entry(self.chain) if entry.i >= before]
        assert [entry.act for entry in new] == list(acts)
        assert {(entry.actor, entry.origin) for entry in new} <= {("lan", "192.0.2.7"), ("worker", "192.0.2.7")}
        assert all(entry.act in ACTS for entry in new)
        self.told += acts

    def last(self) -> Entry:
        (entry,) = queries.list_latest(self.chain, most=1)
        return entry


@pytest.fixture(autouse=True)
def origin():
    reset = service.origin.set("192.0.2.7")
    yield
    service.origin.reset(reset)


def rounds(now: datetime):
    week = timedelta(days=7)
    return [
        factories.round_dict(now, prizes=PRIZES, ranking={"gate": "none", "keys": ["score"]}),
        factories.round_dict(
            now, key="tuan-2", label="Tuần 2", opens_at=(now + week).isoformat(),
            closes_at=(now + 2 * week).isoformat(),
        ),
    ]  # fmt: skip


def do(call, *args, **options):
    with transaction():
        return call(*args, **options)


def test_every_act_on_a_contest_is_one_line(app, now):
    draft = factories.make_contest(now, rounds=rounds(now), launched=False)
    story = Story(draft.id)
    with story.writes("launch"):
        contest = do(contests.launch, draft, actor="lan", now=now)
    assert len(story.last().object) == 64
    first, second, third = (factories.enter(contest, now) for _ in range(3))
    slow = factories.start(contest, third, now)

    with story.writes("extend_round"):
        contest = do(contests.extend_round, contest, "tuan-1", closes_at=now + timedelta(hours=2), now=now, **WHO)
    with story.writes("extend_attempt"):
        do(extra_time.extend_attempt, contest, slow.public_id, seconds=300, now=now, **WHO)
    assert story.last().reason.startswith(third.participant.public_id)
    with story.writes("refuse_entry"):
        do(refusals.refuse, second.participant, now=now, **WHO)
    with story.writes("lift_refusal"):
        do(refusals.lift, second.participant, now=now, **WHO)
    with story.writes("set_target", "set_sizes", "export"):
        area = contest.owner_area_id
        do(contests.set_target, contest, area, 10, actor="lan", now=now)
        do(sizes.set_sizes, contest, {area: 100}, replace=False, actor="lan", now=now)
        do(contests.record_export, contest, actor="lan", table="participants", area=None, now=now)
    with story.writes("amend"):
        changed = [rounds(now)[0] | {"closes_at": contest.rounds[0].closes_at.isoformat()}, rounds(now)[1]]
        changed[1]["label"] = "Tuần thứ hai"
        data = factories.contest_yaml(now, rounds=changed)
        contest = do(amending.amend, contest, data, name="c.yaml", now=now, **WHO)
    assert story.last().reason == "v2: Có biên bản"

    for person in (first, second):
        factories.sit(contest, person, now)  # of one score, so that a lot must be drawn
    over_at = slow.deadline + timedelta(minutes=5)
    question, options = slow.paper[0]
    for rev in (3, 4):
        arriving = [Choice(question, (options[rev - 3],), rev)]
        late_at = over_at + timedelta(minutes=2)
        assert do(late.keep, slow.public_id, third.session_id, arriving, None, now=late_at)
    with story.writes("close_round"):
        contest = do(attempts.close_round, contest, "tuan-1", now=now + timedelta(hours=1), **WHO)
    later = now + timedelta(hours=2)
    do(attempts.settle_due, contest, now=later)
    with story.writes("papers"):
        PaperSealer().tend(contest, later)
    one, other = [item.id for item in late.list_items([slow.id])]
    with story.writes("refuse_late"):
        do(late_decisions.decide, contest, slow.public_id, [one], "refused", now=later, **WHO)
    with story.writes("accept_late"):
        do(late_decisions.decide, contest, slow.public_id, [other], "accepted", now=later, **WHO)
    week = contest.rounds[0]
    ruling = {"reason": "Đề in sai", "public_note": "Đề sai.", "actor": "lan", "now": later}
    with story.writes("stage_regrade"):
        staged = regrading.stage_ruling(contest, week, "mau/mau-002", "void_all", [], **ruling)
    with story.writes("cancel_regrade"):
        do(regrading.cancel_ruling, contest, week, staged.id, actor="lan", now=later)
    with story.writes("stage_regrade"):
        staged = regrading.stage_ruling(contest, week, "mau/mau-002", "void_all", [], **ruling)
    with story.writes("apply_regrade"):
        regrading.apply_ruling(contest, week, staged.id, actor="lan", now=later)
    finish(
        story,
        contest,
        [person.participant.public_id for person in (first, second, third)],
        later + timedelta(minutes=1),
    )
    assert list(contradictions(get_contest(contest.slug))) == []
    # Of a list of people, of marks by hand, and of people's own wishes there are tests of their own.
    elsewhere = {"import_roster", "upload_marks", "propose_round"}
    missing = {act for act in ACTS if act not in story.told} - elsewhere
    assert missing & CONTEST_ACTS == set()


# What can be done to a contest; the other words of the log are about accounts, banks and personal data.
CONTEST_ACTS = frozenset(
    [
        "launch", "close_round", "extend_round", "amend", "publish", "finalize_round", "reopen_round", "publish_round",
        "supersede_round", "publish_awards", "refuse_prize", "lift_prize_refusal", "draw_lot", "give_award",
        "withdraw_award", "set_target", "set_sizes", "export", "refuse_entry", "lift_refusal", "extend_attempt",
        "accept_late", "refuse_late", "stage_regrade", "apply_regrade", "cancel_regrade", "papers",
    ]
)  # fmt: skip


def finish(story: Story, contest, people: list[str], at: datetime) -> None:
    """From the review to a result that another one supersedes."""
    with story.writes("finalize_round"):
        do(awards.finalize_round, contest, "tuan-1", actor="lan", now=at)
    with story.writes("reopen_round"):
        do(awards.reopen_round, contest, "tuan-1", now=at, **WHO)
    with story.writes("finalize_round"):
        do(awards.finalize_round, contest, "tuan-1", actor="lan", now=at)
    assert len(story.last().object) == 64
    with story.writes("papers"):
        PaperSealer().tend(get_contest(contest.slug), at)
    with story.writes("draw_lot"):
        do(deciding.draw_lot, contest, "round:tuan-1:", 1, now=at, **WHO)
    with story.writes("refuse_prize"):
        do(deciding.refuse_prize, contest, people[0], round_key=None, now=at, **WHO)
    with story.writes("lift_prize_refusal"):
        do(deciding.lift_refusal, contest, Decisions(contest).refusals[0].id, now=at, **WHO)
    give = ("round:tuan-1:", "Lan tỏa", people[2])
    with story.writes("give_award"):
        do(deciding.give_by_hand, contest, *give, now=at, **WHO)
    with story.writes("withdraw_award"):
        do(deciding.withdraw, contest, Decisions(contest).given[0].id, now=at, **WHO)
    with story.writes("publish_round", "publish_awards"):
        do(awards.publish_round, contest, "tuan-1", actor="lan", now=at)
    with story.writes("supersede_round"):
        do(awards.supersede_round, contest, "tuan-1", now=at, **WHO)
    end = at + timedelta(days=20)
    do(attempts.settle_due, contest, now=end)
    for key in ("tuan-1", "tuan-2"):
        with story.writes("finalize_round"):
            do(awards.finalize_round, get_contest(contest.slug), key, actor="lan", now=end)
    before = queries.find_head(contest.id).count
    do(awards.publish_contest, get_contest(contest.slug), actor="lan", now=end)
    new = [entry.act for entry in queries.each_entry(contest.id) if entry.i >= before]
    assert sorted(new) == ["publish", "publish_awards", "publish_round", "publish_round"]
    story.told += new


def test_marks_lists_and_proposals_are_lines_too(app, now):
    essay = {"paper": {"mode": "marked", "points": 100}, "ranking": {"gate": "none", "keys": ["score"]}}
    contest = factories.make_contest(
        now, rounds=[factories.round_dict(now, **essay)],
        publication={"live": "hidden_until_close", "two_persons": True},
    )  # fmt: skip
    person = factories.enter(contest, now)
    story = Story(contest.id)
    data = f"participant,full_name,score\n{person.participant.public_id},,70\n".encode()
    later = now + timedelta(hours=2)
    with story.writes("upload_marks"):
        do(marking.upload_marks, contest, "tuan-1", data, name="diem.csv", actor="lan", now=later)
    with story.writes("propose_round"):
        do(awards.finalize_round, contest, "tuan-1", actor="lan", now=later)


def test_banks_and_accounts_are_lines_of_the_installation(app, now):
    factories.make_tree(now)
    story = Story(INSTALLATION)
    bring = factories.banks.import_bank
    with story.writes("import_bank"):
        do(bring, factories.bank_yaml(), name="mau.yaml", actor="lan", now=now)
    assert story.last().object == "mau"
    with story.writes():
        do(bring, b"# a comment\n" + factories.bank_yaml(), name="mau.yaml", actor="lan", now=now)
    with story.writes("replace_bank"):
        do(bring, factories.bank_yaml(questions=5), name="mau.yaml", actor="lan", now=now)
    before = queries.find_head(INSTALLATION).count
    factories.make_staff("can-bo", Role.DISTRICT, "10", now)
    (made,) = [entry for entry in queries.each_entry(INSTALLATION) if entry.i >= before]
    assert (made.act, made.object) == ("create_staff", "can-bo")
