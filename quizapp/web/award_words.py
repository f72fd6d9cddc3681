"""A sheet of awards in words: who has each prize, what decided it, who was passed over and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from flask_babel import gettext, ngettext

from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.awards import queries as awards
from quizapp.awards.queries import NamedPerson
from quizapp.awards.rules import Value
from quizapp.awards.sheet import value_in
from quizapp.contests.queries import ContestInfo
from quizapp.messages.awards import KEY_NAMES
from quizapp.messages.collectives import METRICS
from quizapp.results.cells import duration_text
from quizapp.web.area_names import name_of
from quizapp.web.filters import decimal, number, percent
from quizapp.web.ranking_words import exact_moment, guess_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ShownPlace:
    """A place for reading. `winner` "" = nobody yet; `person`: the winner's public code; `given`: a decision's number.

    `lot_rank`: the rank at which a lot can be drawn for it here.
    """

    number: int
    prize: str
    amount: int | None
    state: str
    rank: int | None
    winner: str
    belongs_to: str
    grounds: str
    passed: tuple[str, ...]
    person: str | None = None
    given: int | None = None
    lot_rank: int | None = None


@dataclass(frozen=True)
class ShownSection:
    """A ranking with its places; `waits_for`: labels of rounds whose results are not final yet."""

    id: str
    ranking: str
    title: str
    round_key: str | None
    waits_for: tuple[str, ...]
    places: tuple[ShownPlace, ...]


def show_sheet(contest: ContestInfo, content: Mapping[str, Any]) -> list[ShownSection]:
    """Every ranking of a sheet (`awards.queries.content_of`), as people read them."""
    words = _Words(contest, content)
    return [
        ShownSection(
            id=f"ranking-{position}",
            ranking=ranking["ranking"],
            title=words.title(ranking),
            round_key=ranking["round"],
            waits_for=words.waits_for(ranking) if ranking["pending"] else (),
            places=tuple(words.place(ranking, place) for place in ranking["places"]),
        )
        for position, ranking in enumerate(content["rankings"], start=1)
    ]


def ranking_title(contest: ContestInfo, tree: Tree, ranking: Mapping[str, Any]) -> str:
    """ "Tuần 1 – Bảng A"; "Toàn cuộc thi"; "Tập thể: Huyện, thị xã, thành phố – Số người dự thi"."""
    # An older sheet may name what an amendment has taken out of the rules since.
    labels = {round_.key: round_.label for round_ in contest.rounds}
    names = {group.key: group.label for group in contest.spec.groups}
    label = labels.get(ranking["round"], ranking["round"]) if ranking["round"] else ""
    if ranking["kind"] == "collective":
        first, rest = gettext("Tập thể"), label
        if ranking["collective"] < len(contest.spec.collectives):
            collective = contest.spec.collectives[ranking["collective"]]
            level = tree.level_label(collective.level)
            first = gettext("Tập thể: %(level)s – %(metric)s", level=level, metric=METRICS[collective.metric])
    else:
        first = label or gettext("Toàn cuộc thi, cộng các vòng")
        rest = names.get(ranking["group"], ranking["group"])
    return f"{first} – {rest}" if rest else first


class _Words:
    """What the words of one sheet need: names of people and areas, rounds, lots."""

    def __init__(self, contest: ContestInfo, content: Mapping[str, Any]) -> None:
        self.contest = contest
        self.tree = areas.get_tree_by_id(contest.tree_id)
        self.people = awards.name_people(contest.id, _codes(content))
        self.settled = frozenset(content["results"])
        self.lots = {lot["label"]: lot for lot in content["lots"]}
        self.titles = {each["ranking"]: self.title(each) for each in content["rankings"]}
        self.prizes = {
            (each["ranking"], place["number"]): place["prize"]
            for each in content["rankings"]
            for place in each["places"]
        }

    def title(self, ranking: Mapping[str, Any]) -> str:
        return ranking_title(self.contest, self.tree, ranking)

    def waits_for(self, ranking: Mapping[str, Any]) -> tuple[str, ...]:
        chosen = {ranking["round"]} if ranking["round"] else None
        if ranking["kind"] == "overall" and self.contest.spec.overall and self.contest.spec.overall.rounds:
            chosen = set(self.contest.spec.overall.rounds)
        rounds = [each for each in self.contest.rounds if each.key not in self.settled]
        return tuple(each.label for each in rounds if chosen is None or each.key in chosen)

    def place(self, ranking: Mapping[str, Any], place: Mapping[str, Any]) -> ShownPlace:
        of_people = ranking["kind"] != "collective"
        lot = place["open_lot"]
        winner = place["winner"]
        return ShownPlace(
            number=place["number"],
            prize=place["prize"],
            amount=place["amount"],
            state=place["state"],
            rank=place["rank"],
            winner=self.name(ranking, winner) if winner else "",
            belongs_to=self.belongs_to(winner) if winner and of_people else "",
            grounds=self.grounds(ranking, place),
            passed=tuple(self.passed(ranking, each) for each in place["passed"]),
            person=winner if of_people else None,
            given=place["given"]["id"] if place["given"] else None,
            lot_rank=lot["rank"] if lot and lot["ranking"] == ranking["ranking"] else None,
        )

    def name(self, ranking: Mapping[str, Any], code: str) -> str:
        if ranking["kind"] == "collective":
            return self.tree.get(code).name
        person = self.people.get(code)
        return person.full_name if person else code

    def belongs_to(self, code: str) -> str:
        person: NamedPerson | None = self.people.get(code)
        parts = [person.unit, name_of(self.tree, person.area_id)] if person else []
        return ", ".join(part for part in parts if part)

    def grounds(self, ranking: Mapping[str, Any], place: Mapping[str, Any]) -> str:
        """What decided the place, or what it waits for."""
        if place["state"] == "awarded":
            return self._decided(ranking, place)
        if place["state"] == "vacant":
            return gettext("Không còn ai đủ điều kiện.")
        if place["state"] == "hand_needed":
            return gettext("Ban Tổ chức chưa trao.")
        lot = place["open_lot"]
        if lot["ranking"] != ranking["ranking"]:
            return gettext("Chờ bốc thăm ở %(ranking)s.", ranking=self.titles[lot["ranking"]])
        names = [self.name(ranking, code) for code in lot["first"]]
        shown = ", ".join(names) + ("…" if lot["people"] > len(names) else "")
        equal = contestants(ranking["ranking"], lot["people"])
        return gettext("%(equal)s bằng nhau ở mọi tiêu chí: %(names)s.", equal=equal, names=shown)

    def _decided(self, ranking: Mapping[str, Any], place: Mapping[str, Any]) -> str:
        if place["given"]:
            return gettext("Ban Tổ chức xét: %(reason)s", reason=place["given"]["reason"])
        if place["lot"]:
            equal = contestants(ranking["ranking"], self.lots[place["lot"]]["people"])
            return gettext("Bốc thăm giữa %(equal)s bằng nhau ở mọi tiêu chí.", equal=equal)
        decided = place["decided"]
        if decided is None:
            return gettext("Không còn ai xếp sau.")
        return gettext(
            "%(key)s: %(won)s. Xếp kế tiếp là %(who)s (hạng %(rank)s): %(next)s.",
            key=key_name(decided["key"]),
            won=self.value(ranking, decided["key"], decided["won"]),
            next=self.value(ranking, decided["key"], decided["next"]),
            who=self.name(ranking, decided["who"]),
            rank=number(decided["rank"]),
        )

    def passed(self, ranking: Mapping[str, Any], each: Mapping[str, Any]) -> str:
        who = self.name(ranking, each["who"])
        if each["rank"] is not None:
            who = gettext("%(who)s (hạng %(rank)s)", who=who, rank=number(each["rank"]))
        if each["why"] == "lost_lot":
            return gettext("%(who)s: không trúng khi bốc thăm", who=who)
        if each["why"] == "higher_prize":
            other, place = each["higher"]
            prize, where = self.prizes[other, place], self.titles[other]
            return gettext("%(who)s: đã có giải cao hơn là %(prize)s (%(where)s)", who=who, prize=prize, where=where)
        why = {
            "prize_refused": gettext("không trao giải"),
            "entry_refused": gettext("phiếu dự thi không được công nhận"),
            "unranked": gettext("không xếp hạng theo thể lệ"),
        }[each["detail"]]
        return f"{who}: {why}" + (f" ({each['reason']})" if each["reason"] else "")

    def value(self, ranking: Mapping[str, Any], key: str, stored: int | str | None) -> str:
        round_ = self.contest.round(ranking["round"]) if ranking["round"] else None
        value = value_in(stored)
        if key == "prediction_gap" and round_ is not None and round_.spec.prediction is not None:
            if value is None:
                return gettext("không ghi số dự đoán")
            return guess_text(round_.spec.prediction, int(value))
        return value_words(key, value)


def contestants(ranking: str, count: int) -> str:
    """ "3 người"; of a collective ranking, "3 đơn vị"."""
    if ranking.startswith("collective:"):
        return ngettext("%(shown)s đơn vị", "%(shown)s đơn vị", count, shown=number(count))
    return ngettext("%(shown)s người", "%(shown)s người", count, shown=number(count))


def key_name(key: str) -> str:
    """What a key of a ranking is called."""
    return str(KEY_NAMES.get(key) or METRICS[key])


def value_words(key: str, value: Value) -> str:
    """The value of a key as people can check it."""
    if value is None:
        return gettext("không rõ")
    if key == "gate":
        return gettext("có") if value else gettext("không")
    if key in ("submitted_at", "started_at"):
        return exact_moment(_EPOCH + timedelta(milliseconds=int(value)))
    if key == "duration":
        return duration_text(int(value))
    if key in ("rate", "mean_rate"):
        return percent(Fraction(value))
    return decimal(Fraction(value)) if key in ("mean_score", "weighted") else number(int(value))


def _codes(content: Mapping[str, Any]) -> Iterator[str]:
    """The public codes of all people whom a sheet names."""
    for ranking in content["rankings"]:
        if ranking["kind"] == "collective":
            continue
        for place in ranking["places"]:
            yield from (code for code in (place["winner"], (place["decided"] or {}).get("who")) if code)
            yield from (each["who"] for each in place["passed"])
            yield from (place["open_lot"] or {}).get("first", ())
