"""What a participant sees of a mark that was given by hand."""

from datetime import datetime

from flask import render_template

from quizapp.attempts.queries import AttemptInfo
from quizapp.contests import queries as contests
from quizapp.contests.rules import full_score, hides_results
from quizapp.results import sealing


def mark_page(attempt: AttemptInfo, now: datetime) -> str:
    """The page of a final attempt without a paper; the mark is told when the scores of papers are."""
    contest = contests.get_contest_by_id(attempt.contest_id)
    round_ = contest.round_by_id(attempt.round_id)
    told = sealing.is_settled(round_, now) or not hides_results(contest.spec)
    return render_template(
        "play/mark.html",
        contest=contest,
        round=round_,
        attempt=attempt,
        score=attempt.score if told else None,
        full_score=full_score(round_.spec),
    )
