"""What a table for staff is about: whose view, which round, which area; and the words that all tables share."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from quizapp.areas.rules import AreaNode, Level, Tree
from quizapp.clock import VIETNAM
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.errors import NotFound
from quizapp.results import sealing
from quizapp.results.tables import Letterhead
from quizapp.web.access import StaffView
from quizapp.web.area_names import name_of
from quizapp.web.filters import moment


@dataclass(frozen=True)
class Selection:
    """A part of a contest as one member of staff looks at it.

    `round_` None = the whole contest; `area` lies within the view; `level` names the level of a breakdown (None = the
    usual one). Raises NotFound for a level that does not lie below the area.
    """

    view: StaffView
    round_: RoundInfo | None
    area: AreaNode
    now: datetime
    level: str | None = None

    def __post_init__(self) -> None:
        if self.level is not None and self.level not in [level.key for level in self.levels]:
            raise NotFound("area_not_found")

    @property
    def contest(self) -> ContestInfo:
        """The contest that is looked at."""
        return self.view.contest

    @property
    def tree(self) -> Tree:
        """The contest's areas."""
        return self.view.tree

    @property
    def is_whole(self) -> bool:
        """True when everybody counts: also people from outside of the tree and those who named no area."""
        return self.view.is_organizer and self.area.id == self.tree.root.id

    @property
    def area_ids(self) -> frozenset[int] | None:
        """Ids of the areas whose people count; None = everybody."""
        return None if self.is_whole else self.tree.descendant_ids(self.area) | {self.area.id}

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels into which the area can be broken down, from the top down."""
        return self.tree.levels_below(self.area.level)

    @property
    def shown_level(self) -> str:
        """The level of the breakdown: the chosen one, else the ranked one for the whole tree, else the next below."""
        below = [level.key for level in self.levels]
        ranked = self.contest.spec.areas.ranked_level
        if self.level is not None:
            return self.level
        if self.area.id == self.tree.root.id and ranked in below:
            return ranked
        return below[0] if below else self.area.level

    @property
    def is_sealed(self) -> bool:
        """True when scores and all-correct people must not be shown: somebody may still guess how many there are."""
        return self.seals(self.round_)

    def seals(self, round_: RoundInfo | None) -> bool:
        """The same for one round (None = the whole contest); its organizers see everything."""
        return not self.view.is_organizer and sealing.is_sealed(self.contest, round_, self.now)

    @property
    def hides_participation(self) -> bool:
        """True when not even people and attempts may be shown: they are what somebody may still guess.

        This concerns whoever looks after the whole area for which the contest is held without being its organizer;
        for others their own subtree's numbers are part of their work, and no answer.
        """
        return self._hides_participation_of(self.round_)

    @property
    def hides_entries(self) -> bool:
        """The same for who has entered the contest, whatever the round: entries tell of the round that is open."""
        return self._hides_participation_of(None)

    def _hides_participation_of(self, round_: RoundInfo | None) -> bool:
        covers_contest = self.tree.subtree_contains(self.view.scope.id, self.contest.owner_area_id)
        if self.view.is_organizer or not covers_contest:
            return False
        return sealing.seals_participation(self.contest, round_, self.now)

    @property
    def chosen_rounds(self) -> tuple[RoundInfo, ...]:
        """The round, or all rounds of the contest."""
        return self.contest.rounds if self.round_ is None else (self.round_,)

    @property
    def round_id(self) -> int | None:
        """The id of the round; None for the whole contest."""
        return self.round_.id if self.round_ else None

    def subtitle(self) -> tuple[str, ...]:
        """The lines below a title: which contest, which round and when, which area, as of when."""
        rounds = self.chosen_rounds
        label = self.round_.label if self.round_ else gettext("Toàn cuộc thi")
        opens, closes = rounds[0].opens_at, max(each.closes_at for each in rounds)
        period = gettext(
            "%(label)s: từ %(opens)s đến %(closes)s", label=label, opens=moment(opens), closes=moment(closes)
        )
        place = () if self.is_whole else (gettext("Đơn vị: %(name)s", name=self.area.name),)
        return (self.contest.title, period, *place, gettext("Số liệu lúc %(moment)s", moment=moment(self.now)))

    def letterhead(self) -> Letterhead:
        """The head of the contest's organizer, dated today at the seat of whoever looks."""
        organizer = self.contest.spec.organizer
        return Letterhead(organizer.header, organizer.parent, organizer.name, self.place_and_date())

    def place_and_date(self) -> str:
        """The line "Đak Pơ, ngày 19 tháng 5 năm 2025"."""
        today = self.now.astimezone(VIETNAM)
        return gettext(
            "%(place)s, ngày %(day)s tháng %(month)s năm %(year)s",
            place=self.view.scope.bare_name,
            day=f"{today.day:02d}",
            month=f"{today.month:02d}" if today.month < 3 else str(today.month),
            year=today.year,
        )


def definitions(*, whole_contest: bool) -> tuple[str, ...]:
    """What exactly is counted: the notes under every table of figures."""
    perfect = (
        gettext("Người đúng tất cả: người có bài được tính trả lời đúng tất cả các câu ở ít nhất một vòng thi.")
        if whole_contest
        else gettext("Người đúng tất cả: người có bài được tính trả lời đúng tất cả các câu.")
    )
    return (
        gettext("Người dự thi: người đã có ít nhất một bài hoàn thành; mỗi người chỉ tính một lần."),
        gettext("Lượt thi: số bài đã hoàn thành, kể cả bài được thu khi hết giờ."),
        perfect,
    )


def seal_note() -> str:
    """Why there are no scores."""
    return gettext(
        "Còn người có thể ghi số dự đoán, nên điểm số và số người đúng tất cả được giữ kín đến hết thời gian dự đoán."
    )


def participation_note() -> str:
    """Why there are no numbers at all."""
    return gettext(
        "Số người và số lượt dự thi là điều đang được dự đoán, nên số liệu của toàn địa bàn được giữ kín đến hết "
        "thời gian dự đoán."
    )


class AreaNames:
    """Names of the areas that people named, also of those outside of the contest's tree; each is looked up once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._names: dict[int | None, str] = {}
        self._levels: dict[int | None, list[str | None]] = {}

    def by_level(self, area_id: int | None) -> list[str | None]:
        """One name for each level of the tree; who is from outside has theirs at the topmost one."""
        if area_id not in self._levels:
            self._levels[area_id] = self._by_level(area_id)
        return self._levels[area_id]

    def _by_level(self, area_id: int | None) -> list[str | None]:
        names: list[str | None] = [None] * len(self._tree.levels)
        if area_id is None:
            return names
        if not self._tree.subtree_contains(self._tree.root.id, area_id):
            return [self.in_one_line(area_id), *names[1:]]
        node = self._tree.node(area_id)
        for above in (*self._tree.ancestors(node), node):
            names[self._tree.level_index(above.level)] = above.name
        return names

    def in_one_line(self, area_id: int | None) -> str:
        """ "Xã Hà Tam, Huyện Đak Pơ"; "" for people who named no area."""
        if area_id not in self._names:
            self._names[area_id] = name_of(self._tree, area_id)
        return self._names[area_id]
