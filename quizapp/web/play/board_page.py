"""What the board of a round shows to one visitor: as much as may be seen now, in the reader's words."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from flask_babel import get_locale, gettext, ngettext

from quizapp.areas.rules import AreaNode, Tree
from quizapp.clock import VIETNAM
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import RoundState, hides_results
from quizapp.contests.spec import Prediction
from quizapp.entries.queries import ParticipantInfo
from quizapp.ranking.rules import Key
from quizapp.results import board, sealing
from quizapp.results.board_rows import BoardPage, BoardRow
from quizapp.results.final_board import read_final_board
from quizapp.results.published_board import read_published_board
from quizapp.results.versions import ResultInfo
from quizapp.web.area_names import name_of
from quizapp.web.brief_cache import BriefCache
from quizapp.web.filters import number
from quizapp.web.ranking_words import guess_text

State = Literal["upcoming", "hidden", "live", "provisional", "final"]
SHOWN = 50
COARSE = 100
LIVE_SECONDS = 1
CLOSED_SECONDS = 30
# The first of these keys in a chain is what the last column of a board shows.
_TIMES = (Key.DURATION, Key.SUBMITTED_AT, Key.STARTED_AT)


@dataclass(frozen=True)
class Line:
    """A line as the page prints it."""

    rank: int
    name: str
    area: str
    score: str
    time: str
    is_me: bool


@dataclass(frozen=True)
class BoardView:
    """The board. `around`: the visitor's line and the neighbours, where it is not among the first `rows`."""

    state: State
    as_of: datetime
    rows: tuple[Line, ...] = ()
    around: tuple[Line, ...] = ()
    total: str = ""
    time_label: str = ""
    actual: str | None = None
    catching_up: bool = False
    # Of a published result: which version this is, and the one that the public sees now.
    version: int | None = None
    newest: int | None = None
    # While the board is hidden: the round after whose end it is shown.
    hidden_until: RoundInfo | None = None

    def tag(self) -> str:
        """Names what is shown, in which language; the moment of reading alone makes no other tag for a minute."""
        minute = self.as_of.replace(second=0, microsecond=0)
        text = f"{get_locale()} {replace(self, as_of=minute)!r}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Board:
    """Which board is asked for, and when: a round's, or its part in an area (of the contest's tree) or a group.

    `result` is the published version to be shown, None before there is one; `newest` the number of the latest.
    """

    contest: ContestInfo
    round_: RoundInfo
    tree: Tree
    area: AreaNode | None
    group: str | None
    now: datetime
    result: ResultInfo | None = None
    newest: int | None = None

    @property
    def state(self) -> State:
        """How much everybody may see."""
        if self.round_.state(self.now) is RoundState.UPCOMING:
            return "upcoming"
        if sealing.has_result(self.contest, self.round_, self.now):
            return "provisional" if self.result is None else "final"
        return "hidden" if hides_results(self.contest.spec) else "live"

    @property
    def hidden_until(self) -> RoundInfo:
        """The round after whose end the board is shown."""
        return sealing.shown_after(self.contest, self.round_)

    @property
    def prediction(self) -> Prediction | None:
        """What was to be guessed, once the guesses take part in the ranking."""
        return self.round_.spec.prediction if self.state in ("provisional", "final") else None

    @property
    def cache_key(self) -> tuple[object, ...]:
        """Names what everybody sees alike. The commitment is another one for every launch, whatever the ids are."""
        area_id = self.area.id if self.area else None
        version = self.result.id if self.result else None
        return (self.contest.commitment, self.round_.id, self.state, version, area_id, self.group)

    @property
    def actual(self) -> int | None:
        """What was to be guessed: as published, else as counted."""
        return self.result.actual if self.result else contests.actual_of(self.round_.id)

    def read(self, *, actual: int | None, limit: int, me: int | None) -> BoardPage:
        """The first lines and those around a participant."""
        if self.state == "live":
            return board.read_board(self.contest, self.round_, area=self.area, group=self.group, limit=limit, me=me)
        ids = self.tree.descendant_ids(self.area) | {self.area.id} if self.area else None
        if self.result is not None:
            return read_published_board(
                self.contest, self.round_, self.result, area_ids=ids, group=self.group, limit=limit, me=me
            )
        return read_final_board(self.round_, actual=actual, area_ids=ids, group=self.group, limit=limit, me=me)


@dataclass(frozen=True)
class _Shared:
    """What is the same for every visitor."""

    page: BoardPage
    area_names: dict[int | None, str]
    actual: int | None
    as_of: datetime


_shared: BriefCache[_Shared] = BriefCache()
# The part that passers-by poll, ready to be sent: (text, tag).
polled: BriefCache[tuple[str, str]] = BriefCache()


def forget_boards() -> None:
    """Read every board anew at the next look."""
    _shared.clear()
    polled.clear()


def board_view(asked: Board, participant: ParticipantInfo | None) -> BoardView:
    """The board as `participant` (None = a passer-by) sees it."""
    state = asked.state
    if state in ("upcoming", "hidden"):
        return BoardView(state, asked.now, hidden_until=asked.hidden_until)
    seconds = LIVE_SECONDS if state == "live" else CLOSED_SECONDS
    shared = _shared.get(asked.cache_key, seconds, lambda: _read_shared(asked))
    rows = shared.page.rows
    around: tuple[BoardRow, ...] = ()
    if participant is not None and all(row.participant != participant.public_id for row in rows):
        around = asked.read(actual=shared.actual, limit=0, me=participant.id).around
    me = participant.public_id if participant else None
    names = {**_area_names(asked, around), **shared.area_names}
    return BoardView(
        state=state,
        as_of=shared.as_of,
        rows=tuple(_line(asked, row, names, shared.actual, me) for row in rows),
        around=tuple(_line(asked, row, names, shared.actual, me) for row in around),
        total=_total(asked, shared.page.total),
        time_label=_time_label(asked),
        actual=_shown(asked.prediction, shared.actual),
        catching_up=shared.page.catching_up,
        version=asked.result.version if asked.result else None,
        newest=asked.newest,
    )


def _read_shared(asked: Board) -> _Shared:
    page = asked.read(actual=asked.actual, limit=SHOWN, me=None)
    as_of = asked.result.published_at if asked.result else None
    return _Shared(page, _area_names(asked, page.rows), asked.actual, as_of or asked.now)


def _area_names(asked: Board, rows: tuple[BoardRow, ...]) -> dict[int | None, str]:
    return {area_id: name_of(asked.tree, area_id) for area_id in {row.area_id for row in rows}}


def _line(asked: Board, row: BoardRow, names: dict[int | None, str], actual: int | None, me: str | None) -> Line:
    return Line(
        rank=row.rank,
        name=row.name,
        area=names[row.area_id],
        score=number(row.score),
        time=_guess(asked.prediction, row, actual) if asked.prediction else _time(asked, row),
        is_me=row.participant == me,
    )


def _time_key(asked: Board) -> Key:
    keys = asked.round_.spec.ranking.chain().keys
    return next((key for key in keys if key in _TIMES), Key.DURATION)


def _time_label(asked: Board) -> str:
    if asked.prediction:
        return gettext("Dự đoán")
    labels = {
        Key.DURATION: gettext("Thời gian làm bài"),
        Key.SUBMITTED_AT: gettext("Nộp bài lúc"),
        Key.STARTED_AT: gettext("Bắt đầu lúc"),
    }
    return labels[_time_key(asked)]


def _time(asked: Board, row: BoardRow) -> str:
    """To the millisecond where a duration ranks people, since a second is shared by many."""
    if _time_key(asked) is Key.DURATION:
        minutes, rest = divmod(row.duration_ms, 60_000)
        point = "," if str(get_locale() or "vi").startswith("vi") else "."
        return f"{minutes}:{rest // 1000:02d}{point}{rest % 1000:03d}"
    local = row.submitted_at.astimezone(VIETNAM)
    return local.strftime("%H:%M:%S %d/%m")


def _guess(prediction: Prediction, row: BoardRow, actual: int | None) -> str:
    if row.prediction is None or actual is None:
        return gettext("không dự đoán")
    gap = guess_text(prediction, abs(row.prediction - actual))
    return gettext("%(guess)s (lệch %(gap)s)", guess=guess_text(prediction, row.prediction), gap=gap)


def _shown(prediction: Prediction | None, actual: int | None) -> str | None:
    return guess_text(prediction, actual) if prediction and actual is not None else None


def _total(asked: Board, total: int) -> str:
    """How many stand on the board, as exactly as the contest tells while a round is open."""
    if asked.state == "live" and asked.contest.spec.publication.live == "coarse":
        if total < COARSE:
            return gettext("Chưa đến 100 người")
        return gettext("Hơn %(total)s người", total=number(total // COARSE * COARSE))
    return ngettext("%(shown)s người", "%(shown)s người", total, shown=number(total))
