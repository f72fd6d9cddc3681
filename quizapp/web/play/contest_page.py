"""What the page of a contest says to one visitor: what to do now, who they are here, what they have done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.attempts import queries as attempts
from quizapp.attempts.queries import AttemptInfo
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo, RulesVersion
from quizapp.contests.rules import RoundState, full_score, hides_results, shows_questions
from quizapp.contests.spec import ContestSpec
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.results import promotion, sealing
from quizapp.results.versions import ResultInfo
from quizapp.web.area_names import name_of
from quizapp.web.entry_words import show_entry_code
from quizapp.web.play.public_result import published_results
from quizapp.web.rules_parts import Section
from quizapp.web.rules_text import round_facts, rules_text

# Whoever has tried more often than this sees the last ones.
SHOWN_ATTEMPTS = 20


@dataclass(frozen=True)
class Action:
    """What the visitor can do in a round; `left` counts attempts, None = no limit.

    marked: nobody sits a paper, marks are given by hand · promoted_only: for the best of an earlier round, and nobody
    has entered from this browser · undecided, not_promoted: who these are is not known yet, or the visitor is not one.
    """

    kind: Literal[
        "enter", "start", "resume", "not_open", "exhausted", "over", "marked", "promoted_only", "undecided",
        "not_promoted",
    ]  # fmt: skip
    round_: RoundInfo
    attempt: AttemptInfo | None = None
    left: int | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """What the paper is like."""
        return round_facts(self.round_.spec)


@dataclass(frozen=True)
class Visitor:
    """Who this browser is in the contest."""

    name: str
    area: str
    unit: str | None
    group: str | None
    entry_code: str
    is_unranked: bool
    came_back_elsewhere: tuple[datetime, ...]


@dataclass(frozen=True)
class OwnAttempt:
    """One line of the visitor's attempts; `score` None while it may not be told, or not known yet.

    state marked: not a paper, but a mark given by hand.
    """

    attempt: AttemptInfo
    round_label: str
    state: Literal["open", "submitted", "expired", "marked"]
    score: int | None
    full_score: int


@dataclass(frozen=True)
class ContestPage:
    """The whole page. `results`: the published ones by the keys of their rounds; `version`: the newest of the rules."""

    actions: tuple[Action, ...]
    visitor: Visitor | None
    own_attempts: tuple[OwnAttempt, ...]
    more_attempts: int
    scores_hidden: bool
    results: Mapping[str, ResultInfo]
    # Keys of the rounds whose questions everybody may read.
    questions: frozenset[str]
    rules: tuple[Section, ...]
    version: RulesVersion


def contest_page(contest: ContestInfo, session_id: int | None, now: datetime) -> ContestPage:
    """The page as the browser of that session sees it at `now`."""
    tree = areas.get_tree_by_id(contest.tree_id)
    participant = entries.find_participant(session_id, contest.id)
    own = attempts.list_attempts(participant.id) if participant else []
    lines = tuple(_line(contest, attempt, now) for attempt in own[:SHOWN_ATTEMPTS])
    return ContestPage(
        actions=tuple(action_in(contest, round_, participant, own, now) for round_ in _current_rounds(contest, now)),
        visitor=_visitor(contest, tree, participant, session_id) if participant and session_id else None,
        own_attempts=lines,
        more_attempts=max(0, len(own) - SHOWN_ATTEMPTS),
        scores_hidden=any(line.state != "open" and line.score is None for line in lines),
        results=published_results(contest, now),
        questions=frozenset(r.key for r in contest.rounds if shows_questions(r.spec, r.state(now))),
        rules=rules_text(present_spec(contest), {level.key: level.label for level in tree.levels}),
        version=contests.list_versions(contest.id)[0],
    )


def _current_rounds(contest: ContestInfo, now: datetime) -> list[RoundInfo]:
    """The open rounds, which may be several; else the next or the last one."""
    opened = [round_ for round_ in contest.rounds if round_.state(now) is RoundState.OPEN]
    current = contest.current_round(now)
    return opened or ([current] if current else [])


def action_in(
    contest: ContestInfo,
    round_: RoundInfo,
    participant: ParticipantInfo | None,
    own: Sequence[AttemptInfo],
    now: datetime,
) -> Action:
    """What the participant (None = nobody yet), with these attempts in the contest, can do in the round."""
    unfinished = next((a for a in own if a.round_id == round_.id and a.is_open(now)), None)
    if unfinished is not None:
        return Action("resume", round_, unfinished)
    state = round_.state(now)
    if state is not RoundState.OPEN:
        return Action("not_open" if state is RoundState.UPCOMING else "over", round_)
    if round_.spec.paper.mode == "marked":
        return Action("marked", round_)
    if participant is None:
        return Action("promoted_only" if round_.spec.promote else "enter", round_)
    if not promotion.is_promoted(contest, round_, participant.id):
        return Action("not_promoted" if promotion.is_decided(contest, round_) else "undecided", round_)
    limit = round_.spec.attempts
    left = None
    if limit.max is not None:
        left = max(0, limit.max - attempts.count_used(participant.id, round_.id, limit.per, now=now))
    return Action("exhausted" if left == 0 else "start", round_, left=left)


def _visitor(contest: ContestInfo, tree: Tree, participant: ParticipantInfo, session_id: int) -> Visitor:
    labels = {group.key: group.label for group in contest.spec.groups}
    return Visitor(
        name=participant.full_name,
        area=name_of(tree, participant.area_id),
        unit=participant.unit,
        group=labels.get(participant.group_key or ""),
        entry_code=show_entry_code(participant.entry_code),
        is_unranked=participant.is_unranked,
        came_back_elsewhere=tuple(entries.resumptions_elsewhere(participant.id, session_id)),
    )


def _line(contest: ContestInfo, attempt: AttemptInfo, now: datetime) -> OwnAttempt:
    round_ = contest.round_by_id(attempt.round_id)
    told = attempt.score is not None and not (hides_results(contest.spec) and not sealing.is_settled(round_, now))
    state: Literal["open", "submitted", "expired", "marked"] = "submitted"
    if round_.spec.paper.mode == "marked":
        state = "marked"
    elif attempt.is_open(now):
        state = "open"
    elif attempt.finished_by == "deadline":
        state = "expired"
    return OwnAttempt(attempt, round_.label, state, attempt.score if told else None, full_score(round_.spec))


def present_spec(contest: ContestInfo) -> ContestSpec:
    """The contest's settings with the rounds' present times: a round may have been closed earlier than planned."""
    rounds = [
        round_.spec.model_copy(update={"opens_at": round_.opens_at, "closes_at": round_.closes_at})
        for round_ in contest.rounds
    ]
    return contest.spec.model_copy(update={"rounds": rounds})
