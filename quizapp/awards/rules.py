"""Who gets which prize, what decided it, and who was passed over and why. Pure.

Prizes are given from the highest of the whole contest down, each to the next in its ranking who may have it. That is
what the cap means ("keeps the highest"): whoever has a prize already is passed over at the lower ones.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

# A key of a ranking by its name, as people read it (a score, a gap, milliseconds, a rate); None = none (no guess).
Value = int | Fraction | None
KeyValue = tuple[str, Value]


class Cap(StrEnum):
    """How many prizes one person may have."""

    NONE = "none"
    ONE_PER_ROUND = "one_per_round"
    ONE_PER_CONTEST = "one_per_contest"


class State(StrEnum):
    """What became of a place."""

    AWARDED = "awarded"
    VACANT = "vacant"
    LOT_NEEDED = "lot_needed"
    HAND_NEEDED = "hand_needed"


class Why(StrEnum):
    """Why somebody is passed over."""

    REFUSED = "refused"
    HIGHER_PRIZE = "higher_prize"
    LOST_LOT = "lost_lot"


@dataclass(frozen=True)
class PrizeLine:
    """`count` equal prizes; `amount` in đồng each."""

    name: str
    count: int
    amount: int | None = None
    by_hand: bool = False


@dataclass(frozen=True)
class Candidate:
    """Somebody (or an area) in a ranking. `keys` are those that order it, in their order; equal on all = equal rank."""

    id: int
    code: str
    rank: int
    keys: tuple[KeyValue, ...] = ()


@dataclass(frozen=True)
class Nominee:
    """Whom the organizer named for a prize that is given by hand; `decision` is the number of that decision."""

    decision: int
    prize: str
    id: int
    code: str


@dataclass(frozen=True)
class DrawnLot:
    """The codes of people of one rank in the order drawn."""

    label: str
    rank: int
    order: tuple[str, ...]


@dataclass(frozen=True)
class Contender:
    """A ranking with its prizes. `candidates` come best first and are read only as far as prizes reach.

    `round_key` None = over the whole contest. `order`: where it stands among the rankings of the contest when two
    prizes are equally high. `refused`: reason codes by id. `capped` False = the cap does not reach here (areas).
    """

    name: str
    order: int
    prizes: Sequence[PrizeLine]
    candidates: Iterable[Candidate]
    round_key: str | None = None
    nominees: Sequence[Nominee] = ()
    lots: Sequence[DrawnLot] = ()
    refused: Mapping[int, str] = field(default_factory=dict)
    capped: bool = True


@dataclass(frozen=True)
class PlaceRef:
    """A place by its ranking and number."""

    ranking: str
    number: int


@dataclass(frozen=True)
class Passed:
    """Somebody before the winner without the prize. `detail`: the code of a refusal; `higher`: the prize they have."""

    id: int
    code: str
    rank: int | None
    why: Why
    detail: str = ""
    higher: PlaceRef | None = None


@dataclass(frozen=True)
class Decided:
    """The first key on which the winner and the next who could have had the prize differ, with both values."""

    key: str
    won: Value
    next: Value
    next_id: int
    next_code: str
    next_rank: int


@dataclass(frozen=True)
class OpenLot:
    """A lot that must be drawn first: where, and between whom (codes)."""

    ranking: str
    rank: int
    tied: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A prize and who has it. Without `decided` and `lot`, nobody stood behind the winner, or it was given by hand."""

    ranking: str
    number: int
    prize: str
    amount: int | None
    by_hand: bool
    state: State
    winner_id: int | None = None
    winner_code: str | None = None
    rank: int | None = None
    keys: tuple[KeyValue, ...] = ()
    decided: Decided | None = None
    lot: DrawnLot | None = None
    open_lot: OpenLot | None = None
    decision: int | None = None
    passed: tuple[Passed, ...] = ()


def allocate(contenders: Sequence[Contender], cap: Cap) -> dict[str, tuple[Place, ...]]:
    """The places of each ranking in the order of its prize list, by the ranking's name."""
    lineups = {each.name: _Lineup(each, cap) for each in contenders}
    ledger = _Ledger()
    for contender, index in _from_the_highest(contenders):
        lineups[contender.name].give(index, ledger)
    return {name: lineup.places() for name, lineup in lineups.items()}


def first_difference(won: Sequence[KeyValue], behind: Sequence[KeyValue]) -> tuple[str, Value, Value] | None:
    """(key, value of the first, value of the second) where two lists of keys differ first; None when they are equal."""
    for (key, ours), (_, theirs) in zip(won, behind, strict=True):
        if ours != theirs:
            return key, ours, theirs
    return None


def _from_the_highest(contenders: Sequence[Contender]) -> list[tuple[Contender, int]]:
    """Every prize line of the contest, the highest first: by amount where all have one, else by its place in its list.

    A list is given away in its own order whatever its amounts: a line is as high as the highest one at or behind it.
    """
    steps = [(each, index) for each in contenders for index in range(len(each.prizes))]
    by_amount = all(each.prizes[index].amount is not None for each, index in steps)

    def height(step: tuple[Contender, int]) -> tuple[int, int, int]:
        each, index = step
        line = each.prizes[index]
        behind = [line] if line.by_hand else [other for other in each.prizes[index:] if not other.by_hand]
        value = -max(other.amount or 0 for other in behind) if by_amount else index
        return value, each.order, index

    return sorted(steps, key=height)


class _Ledger:
    """Who has which prize, for whom a lot is open, and which caps wait for one: keys are (scope of the cap, id)."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, int], PlaceRef] = {}
        self.pending: dict[tuple[str, int], OpenLot] = {}
        self.waiting: dict[str, OpenLot] = {}


class _Lineup:
    """One ranking while its prizes are given away."""

    def __init__(self, contender: Contender, cap: Cap) -> None:
        self._of = contender
        self._scope = _scope(contender, cap)
        self._coming: Iterator[Candidate] = iter(contender.candidates)
        self._ahead: deque[Candidate] = deque()
        self._open: tuple[OpenLot, int] | None = None
        self._places: dict[int, list[Place]] = {}
        self._decisions: set[int] = set()

    def places(self) -> tuple[Place, ...]:
        """All places in the order of the prize list."""
        return tuple(place for index in sorted(self._places) for place in self._places[index])

    def give(self, index: int, ledger: _Ledger) -> None:
        """Give away one line of the prize list."""
        line = self._of.prizes[index]
        given = self._places[index] = []
        if self._scope in ledger.waiting:
            self._hold(index, line.count, ledger.waiting[self._scope])
        elif line.by_hand:
            self._give_by_hand(index, ledger)
        else:
            self._give_by_rank(index, ledger)
        for place in given:
            if place.winner_id is not None and self._scope:
                ledger.held[self._scope, place.winner_id] = PlaceRef(place.ranking, place.number)

    # --- by the ranking

    def _give_by_rank(self, index: int, ledger: _Ledger) -> None:
        left = self._of.prizes[index].count
        if self._open:
            # Of those whom an open lot is between, so many are still without a place.
            lot, unplaced = self._open
            held = min(left, unplaced)
            self._hold(index, held, lot)
            left, unplaced = left - held, unplaced - held
            self._open = (lot, unplaced) if unplaced else None
        while left:
            passed: list[Passed] = []
            tied = self._next_tied(ledger, passed)
            if not tied:
                self._add(index, State.VACANT, passed=tuple(passed))
                left -= 1
            elif waits := self._pending_among(tied, ledger):
                ledger.waiting[self._scope] = waits
                self._hold(index, left, waits)
                left = 0
            elif len(tied) <= left:
                self._award(index, tied, passed, ledger)
                left -= len(tied)
            else:
                self._settle(index, tied, left, passed, ledger)
                left = 0

    def _settle(self, index: int, tied: list[Candidate], left: int, passed: list[Passed], ledger: _Ledger) -> None:
        """More people of one rank than prizes: a drawn lot decides, or is awaited."""
        codes = {each.code for each in tied}
        lots = [lot for lot in self._of.lots if lot.rank == tied[0].rank and codes <= set(lot.order)]
        if lots:
            order = {code: place for place, code in enumerate(lots[-1].order)}
            tied.sort(key=lambda each: order[each.code])
            lost = [Passed(each.id, each.code, each.rank, Why.LOST_LOT) for each in tied[left:]]
            self._ahead.extendleft(reversed(tied[left:]))
            self._award(index, tied[:left], [*passed, *lost], ledger, lots[-1])
            return
        lot = OpenLot(self._of.name, tied[0].rank, tuple(each.code for each in tied))
        self._open = lot, len(tied) - left
        if self._scope:
            ledger.pending.update({(self._scope, each.id): lot for each in tied})
        self._hold(index, left, lot, tuple(passed))

    def _award(
        self, index: int, tied: list[Candidate], passed: list[Passed], ledger: _Ledger, lot: DrawnLot | None = None
    ) -> None:
        behind = None if lot else self._peek(ledger)
        for number, each in enumerate(tied):
            self._add(
                index, State.AWARDED, winner_id=each.id, winner_code=each.code, rank=each.rank, keys=each.keys, lot=lot,
                decided=_decided(each, behind), passed=tuple(passed) if number == 0 else (),
            )  # fmt: skip

    def _next_tied(self, ledger: _Ledger, passed: list[Passed]) -> list[Candidate]:
        """The next people of one rank who may have a prize; those before and among them who may not go to `passed`."""
        tied: list[Candidate] = []
        while (each := self._look(0)) is not None and (not tied or each.rank == tied[0].rank):
            self._ahead.popleft()
            reason = self._bar(each.id, each.code, each.rank, ledger)
            if reason is None:
                tied.append(each)
            else:
                passed.append(reason)
        return tied

    def _peek(self, ledger: _Ledger) -> Candidate | None:
        """The next who may have a prize, left where they are."""
        index = 0
        while (each := self._look(index)) is not None:
            if self._bar(each.id, each.code, each.rank, ledger) is None:
                return each
            index += 1
        return None

    def _look(self, index: int) -> Candidate | None:
        while len(self._ahead) <= index:
            coming = next(self._coming, None)
            if coming is None:
                return None
            self._ahead.append(coming)
        return self._ahead[index]

    # --- by hand

    def _give_by_hand(self, index: int, ledger: _Ledger) -> None:
        line = self._of.prizes[index]
        passed: list[Passed] = []
        for nominee in self._of.nominees:
            if nominee.prize != line.name or nominee.decision in self._decisions:
                continue
            if len(self._places[index]) == line.count:
                break
            self._decisions.add(nominee.decision)
            reason = self._bar(nominee.id, nominee.code, None, ledger)
            waits = ledger.pending.get((self._scope, nominee.id))
            if waits is not None:
                ledger.waiting[self._scope] = waits
                self._hold(index, line.count - len(self._places[index]), waits, tuple(passed))
                return
            if reason is not None:
                passed.append(reason)
                continue
            self._add(
                index, State.AWARDED, winner_id=nominee.id, winner_code=nominee.code, decision=nominee.decision,
                passed=tuple(passed),
            )  # fmt: skip
            passed = []
        while len(self._places[index]) < line.count:
            self._add(index, State.HAND_NEEDED, passed=tuple(passed))
            passed = []

    # --- for both

    def _bar(self, id_: int, code: str, rank: int | None, ledger: _Ledger) -> Passed | None:
        """Why this one may not have a prize here; None when they may."""
        if id_ in self._of.refused:
            return Passed(id_, code, rank, Why.REFUSED, self._of.refused[id_])
        higher = ledger.held.get((self._scope, id_)) if self._scope else None
        return Passed(id_, code, rank, Why.HIGHER_PRIZE, higher=higher) if higher else None

    def _pending_among(self, tied: list[Candidate], ledger: _Ledger) -> OpenLot | None:
        """An open lot elsewhere on which it hangs whether one of these may have a prize here."""
        found = (ledger.pending.get((self._scope, each.id)) for each in tied)
        return next((lot for lot in found if lot is not None), None)

    def _hold(self, index: int, count: int, lot: OpenLot, passed: tuple[Passed, ...] = ()) -> None:
        for number in range(count):
            self._add(index, State.LOT_NEEDED, open_lot=lot, passed=passed if number == 0 else ())

    def _add(self, index: int, state: State, **what: object) -> None:
        line = self._of.prizes[index]
        number = 1 + sum(each.count for each in self._of.prizes[:index]) + len(self._places[index])
        place = Place(self._of.name, number, line.name, line.amount, line.by_hand, state, **what)  # type: ignore[arg-type]
        self._places[index].append(place)


def _scope(contender: Contender, cap: Cap) -> str:
    """Within what a person may have one prize only: "" = no limit."""
    if not contender.capped or cap is Cap.NONE:
        return ""
    if cap is Cap.ONE_PER_CONTEST:
        return "contest"
    return f"round:{contender.round_key}" if contender.round_key is not None else ""


def _decided(winner: Candidate, behind: Candidate | None) -> Decided | None:
    difference = first_difference(winner.keys, behind.keys) if behind else None
    if behind is None or difference is None:
        return None
    return Decided(*difference, behind.id, behind.code, behind.rank)
