"""Who has a prize, for everybody once it is published."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from quizapp.areas import queries as areas
from quizapp.awards import queries as awards
from quizapp.awards.queries import AwardLine
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.messages.awards import AWARD_STATES
from quizapp.web.access import allow
from quizapp.web.area_names import name_of
from quizapp.web.award_words import ranking_title
from quizapp.web.play.blueprint import bp
from quizapp.web.ranking_words import guess_text


@dataclass(frozen=True)
class Winner:
    """A prize for reading; `name` "" = nobody has it. `guess`: what a round's winner had guessed."""

    prize: str
    name: str
    belongs_to: str
    state: str
    rank: int | None
    guess: str


@dataclass(frozen=True)
class Winners:
    """The prizes of one ranking."""

    id: str
    title: str
    with_guess: bool
    rows: tuple[Winner, ...]


@bp.get("/cuoc-thi/<slug>/giai-thuong")
@allow("anyone")
def winners(slug: str) -> ResponseReturnValue:
    """The published prizes of persons, round by round and over the contest; before, a sentence that says when."""
    contest = contests.get_public_contest(slug)
    sheet = awards.published(contest.id)
    lines = awards.list_awards(sheet, public=True) if sheet else []
    return render_template(
        "play/winners.html",
        contest=contest,
        published_at=sheet.published_at if sheet else None,
        sections=_sections(contest, [line for line in lines if line.kind != "collective"]),
        with_areas=any(line.kind == "collective" for line in lines),
        states=AWARD_STATES,
    )


def _sections(contest: ContestInfo, lines: list[AwardLine]) -> list[Winners]:
    tree = areas.get_tree_by_id(contest.tree_id)
    found: dict[tuple[int | None, str], list[AwardLine]] = {}
    for line in lines:
        found.setdefault((line.round_id, line.group_key), []).append(line)
    sections = []
    for position, ((round_id, group), of_ranking) in enumerate(found.items(), start=1):
        round_ = contest.round_by_id(round_id) if round_id is not None else None
        named = {"kind": of_ranking[0].kind, "round": round_.key if round_ else None, "group": group}
        rows = tuple(
            Winner(
                line.prize,
                line.full_name or "",
                ", ".join(part for part in (line.unit, name_of(tree, line.area_id)) if part),
                line.state,
                line.rank,
                _guess(round_, line),
            )
            for line in of_ranking
        )
        title = ranking_title(contest, tree, named)
        sections.append(Winners(f"winners-{position}", title, any(row.guess for row in rows), rows))
    return sections


def _guess(round_: RoundInfo | None, line: AwardLine) -> str:
    if round_ is None or round_.spec.prediction is None or line.prediction is None:
        return ""
    return guess_text(round_.spec.prediction, line.prediction)
