"""The questions of a fixed paper, for everybody to prepare with; never which options are right."""

from dataclasses import dataclass

from flask import g, render_template
from flask.typing import ResponseReturnValue

from quizapp.banks.rules import Image
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import RoundState, SnapshotQuestion, shows_questions
from quizapp.errors import NotFound
from quizapp.web.access import allow
from quizapp.web.play.blueprint import bp


@dataclass(frozen=True)
class PublicQuestion:
    """What of a question may be read by everybody: nothing else of it reaches the page."""

    text: str
    options: tuple[str, ...]
    image: Image | None
    has_several_right: bool


@bp.get("/cuoc-thi/<slug>/<round_key>/cau-hoi")
@allow("anyone")
def questions(slug: str, round_key: str) -> ResponseReturnValue:
    """The questions in the order of the contest's file, while the rules say that they are public; else 404."""
    contest = contests.get_public_contest(slug)
    round_ = contest.round(round_key)
    state = round_.state(g.now)
    if not shows_questions(round_.spec, state):
        raise NotFound
    return render_template(
        "play/questions.html",
        contest=contest,
        round=round_,
        is_upcoming=state is RoundState.UPCOMING,
        questions=_public_questions(contest, round_),
    )


def _public_questions(contest: ContestInfo, round_: RoundInfo) -> list[PublicQuestion]:
    snapshot = contests.get_snapshot(contest.id, round_.rules_version)
    refs = [ref for stratum in snapshot.blueprints[round_.key] for ref in stratum.pool]
    return [_public(snapshot.questions[ref]) for ref in refs]


def _public(question: SnapshotQuestion) -> PublicQuestion:
    options = tuple(text for _, text in question.options)
    return PublicQuestion(question.text, options, question.image, question.is_multiple)
