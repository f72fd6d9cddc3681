"""The check: everything that follows from the records is worked out again and compared with what they state.

The product's own rules are used here. That they are right is for the other program to say, which shares no code with
them: static/verify/kiem-chung.py. Both look at the same things in the same order, so they name the same difference.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quizapp.contests.service import commitment_of
from quizapp.records import grading, recounting, signing
from quizapp.records.bundle import KEY, MANIFEST, RAW, RULES, SIGNATURE, Bundle
from quizapp.records.formats import Difference, Key, Line, Manifest, Round, Rules, parse
from quizapp.records.recounting import Sitting


@dataclass
class RoundReport:
    """What was found in a round. None: it could not be worked out, or (`matched`) there was nothing to compare with."""

    key: str
    attempts: int
    people: int
    people_all_correct: int
    redrawn: int
    graded: bool
    actual: int | None = None
    actual_recounted: bool = False
    ranking: bytes | None = None
    matched: list[str] = field(default_factory=list)

    @property
    def ranking_sha256(self) -> str | None:
        """SHA-256 of the ranking that was worked out."""
        return hashlib.sha256(self.ranking).hexdigest() if self.ranking is not None else None


@dataclass(frozen=True)
class Report:
    """What was found without a difference; `left_out` are rounds of which these records hold no attempts.

    `signed_by`: the public key whose signature the records bear; None for records without one.
    """

    contest: str
    rounds: tuple[RoundReport, ...]
    left_out: tuple[str, ...]
    seed_known: bool
    signed_by: str | None


@dataclass
class _Read:
    """What was kept of the lines of one round; `people`: (unranked, area, group)."""

    sittings: dict[str, list[Sitting]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    people: dict[str, tuple[object, ...]] = field(default_factory=dict)
    unfinished: int = 0
    redrawn: int = 0


def verify(path: Path, *, key_named: str | None = None) -> Report:
    """Work everything out again. Raises Difference, the first one; OSError when a file cannot be read.

    `key_named`: the public key or the fingerprint by which the records must be signed.
    """
    bundle = Bundle(path)
    rules = parse(Rules, bundle.read(RULES), RULES)
    key = parse(Key, bundle.read(KEY), KEY) if KEY in bundle else None
    manifest = parse(Manifest, bundle.read(MANIFEST), MANIFEST) if MANIFEST in bundle else None
    _check_heads(rules, key, manifest)
    read = _read_lines(bundle, rules, key)
    covered = _covered(bundle, manifest, read)
    reports = [
        _check_round(bundle, rules, round_, key, read, covered) for round_ in rules.rounds if round_.key in covered
    ]
    if manifest is not None:
        _check_manifest(bundle, manifest)
    signed_by = _check_signature(bundle, manifest, key_named)
    return Report(
        contest=rules.contest,
        rounds=tuple(reports),
        left_out=tuple(round_.key for round_ in rules.rounds if round_.key not in covered),
        seed_known=key is not None and key.seed is not None,
        signed_by=signed_by,
    )


def _check_heads(rules: Rules, key: Key | None, manifest: Manifest | None) -> None:
    """All files are of one contest, and the seed is the one that was committed to."""
    if key is not None and key.contest != rules.contest:
        raise Difference("contest", KEY, None, "contest", rules.contest, key.contest)
    if manifest is not None and manifest.contest != rules.contest:
        raise Difference("contest", MANIFEST, None, "contest", rules.contest, manifest.contest)
    if key is not None and key.seed is not None:
        try:
            found = commitment_of(bytes.fromhex(key.seed))
        except ValueError:
            raise Difference("unreadable", KEY, None, "seed", "", key.seed) from None
        if found != rules.commitment:
            raise Difference("commitment", KEY, None, "seed", rules.commitment, found)


# --- the lines ----------------------------------------------------------------------------------------------------


def _read_lines(bundle: Bundle, rules: Rules, key: Key | None) -> dict[str, _Read]:
    """What the lines hold, by round."""
    read = {round_.key: _Read() for round_ in rules.rounds}
    graders = {round_.key: grading.Grader(rules, round_, key) for round_ in rules.rounds}
    codes: set[str] = set()
    for number, text in enumerate(bundle.lines(RAW), start=1):
        line = parse(Line, text, RAW, number)
        if line.round not in read:
            raise Difference("round", RAW, number, "round", ", ".join(graders), line.round)
        if line.attempt in codes:
            raise Difference("twice", RAW, number, "attempt", "", line.attempt)
        codes.add(line.attempt)
        _keep(read[line.round], line, number)
        read[line.round].redrawn += graders[line.round].check(line, number)
    return read


def _keep(read: _Read, line: Line, number: int) -> None:
    """Numbers of attempts occur once, and a person is the same in all lines of a round."""
    if line.number in read.numbers[line.participant]:
        raise Difference("twice", RAW, number, "number", "", str(line.number))
    read.numbers[line.participant].add(line.number)
    known = {"unranked": line.unranked, "area": line.area, "group": line.group}
    before = read.people.setdefault(line.participant, tuple(known.values()))
    for (name, value), earlier in zip(known.items(), before, strict=True):
        if value != earlier:
            raise Difference("person", RAW, number, name, shown(earlier), shown(value))
    if line.state == "open":
        read.unfinished += 1
    elif line.score is not None and line.submitted_at is not None:
        read.sittings[line.participant].append(recounting.sitting_of(line, line.score, line.submitted_at))


def shown(value: object) -> str:
    """A value for people: nothing for none."""
    return "" if value is None else str(value)


# --- the rounds ---------------------------------------------------------------------------------------------------


def _covered(bundle: Bundle, manifest: Manifest | None, read: Mapping[str, _Read]) -> set[str]:
    """Keys of the rounds whose attempts these records are to hold.

    Where no manifest says it: the rounds that have a line or a ranking; with no line at all, every round.
    """
    everything = set(read)
    if manifest is not None:
        return {manifest.round} & everything if manifest.round is not None else everything
    seen = {key for key, lines in read.items() if lines.numbers} | {
        _round_named(name) for name in bundle.rankings
    } & everything
    return seen or everything


def _round_named(name: str) -> str:
    return name.removeprefix("ranking").removeprefix("-").removesuffix(".csv")


def _check_round(
    bundle: Bundle, rules: Rules, round_: Round, key: Key | None, read: Mapping[str, _Read], covered: set[str]
) -> RoundReport:
    own = read[round_.key]
    _check_all_there(own)
    people = own.sittings
    counted = recounting.counted(round_, people, round_.actual)
    report = RoundReport(
        key=round_.key,
        attempts=sum(map(len, people.values())),
        people=len(people),
        people_all_correct=sum(each.perfect for each in counted.values()),
        redrawn=own.redrawn,
        graded=round_.mode == "marked" or (key is not None and round_.key in key.rounds),
        actual=round_.actual,
    )
    if own.unfinished:
        return report
    _check_numbers(round_, "people", report.people)
    _check_numbers(round_, "attempts", report.attempts)
    report.actual_recounted = _check_actual(rules, round_, read, covered)
    _check_numbers(round_, "attempts_all_correct", sum(one.perfect for sat in people.values() for one in sat))
    _check_numbers(round_, "people_all_correct", report.people_all_correct)
    if round_.prediction is None or round_.actual is not None:
        _check_ranking(bundle, rules, round_, own, report)
    return report


def _check_all_there(read: _Read) -> None:
    """Everybody's attempts are numbered from 1 without a gap."""
    for participant, numbers in sorted(read.numbers.items()):
        missing = min(set(range(1, max(numbers) + 1)) - numbers, default=None)
        if missing is not None:
            raise Difference("attempt_missing", RAW, None, f"{participant}.number", str(missing), "")


def _check_numbers(round_: Round, name: str, computed: int) -> None:
    if round_.result is not None and getattr(round_.result, name) != computed:
        stated = str(getattr(round_.result, name))
        raise Difference("count", RULES, None, f"rounds.{round_.key}.result.{name}", str(computed), stated)


def _check_actual(rules: Rules, round_: Round, read: Mapping[str, _Read], covered: set[str]) -> bool:
    """Compare the frozen value of the guess; False when these records do not hold all that it counts."""
    if round_.prediction is None or round_.actual is None:
        return False
    counts = [round_]
    if round_.prediction.scope == "contest":
        counts = [each for each in rules.rounds if each.mode != "marked"]
    if not {each.key for each in counts} <= covered:
        return False
    computed = recounting.actual(
        round_.prediction.metric, counts, {each.key: read[each.key].sittings for each in counts}
    )
    if computed != round_.actual:
        raise Difference("actual", RULES, None, f"rounds.{round_.key}.actual", str(computed), str(round_.actual))
    return True


def _check_ranking(bundle: Bundle, rules: Rules, round_: Round, read: _Read, report: RoundReport) -> None:
    lines = recounting.ranking(round_, read.sittings, read.people)
    report.ranking = recounting.ranking_file(lines)
    _check_numbers(round_, "ranked", len(lines))
    for name in _rankings_of(bundle, rules, round_, read):
        _compare(name, bundle.read(name), report.ranking)
        report.matched.append(name)
    if round_.result is not None and round_.result.ranking_sha256 != report.ranking_sha256:
        place = f"rounds.{round_.key}.result.ranking_sha256"
        raise Difference("ranking", RULES, None, place, str(report.ranking_sha256), round_.result.ranking_sha256)


def _rankings_of(bundle: Bundle, rules: Rules, round_: Round, read: _Read) -> Iterator[str]:
    """The files that state this round's ranking: by their name, else by the attempts in them."""
    keys = {each.key for each in rules.rounds}
    for name in bundle.rankings:
        named = _round_named(name)
        if named in keys:
            if named == round_.key:
                yield name
        elif len(keys) == 1 or _mentions(bundle.read(name), read):
            yield name


def _mentions(data: bytes, read: _Read) -> bool:
    codes = {one.attempt.encode() for sat in read.sittings.values() for one in sat}
    return any(line.rpartition(b",")[2].strip() in codes for line in data.split(b"\n"))


def _compare(name: str, stated: bytes, computed: bytes) -> None:
    """Raises Difference with the first line and column that differ."""
    if stated == computed:
        return
    titles = computed.split(b"\n", 1)[0].decode().split(",")
    ours, theirs = computed.split(b"\n"), stated.split(b"\n")
    for number in range(1, max(len(ours), len(theirs)) + 1):
        expected = ours[number - 1] if number <= len(ours) else b""
        found = theirs[number - 1] if number <= len(theirs) else b""
        if expected == found and number <= min(len(ours), len(theirs)):
            continue
        cells = expected.decode().split(","), found.decode("utf-8", "replace").split(",")
        if len(cells[0]) == len(cells[1]) == len(titles):
            column = next(i for i, pair in enumerate(zip(*cells, strict=True)) if pair[0] != pair[1])
            raise Difference("ranking", name, number, titles[column], cells[0][column], cells[1][column])
        raise Difference("ranking", name, number, "line", expected.decode(), found.decode("utf-8", "replace"))


# --- the manifest -------------------------------------------------------------------------------------------------


def _check_manifest(bundle: Bundle, manifest: Manifest) -> None:
    """Every file is the one that the manifest lists, and there is no other."""
    present = [name for name in bundle.names if name not in (MANIFEST, SIGNATURE)]
    for name in sorted({*present, *manifest.files}):
        if name not in manifest.files:
            raise Difference("unlisted", MANIFEST, None, name, "", name)
        found = bundle.digest(name)
        if found != manifest.files[name].sha256:
            raise Difference("digest", name, None, "sha256", manifest.files[name].sha256, found)


def _check_signature(bundle: Bundle, manifest: Manifest | None, key_named: str | None) -> str | None:
    """The key that signed the manifest; None where nothing is signed and nobody asked for it."""
    if manifest is None or manifest.key is None:
        if key_named is not None:
            raise Difference("unsigned", MANIFEST, None, "key", key_named, "")
        return None
    if not signing.is_signed(manifest.key, bundle.read(MANIFEST), bundle.read(SIGNATURE)):
        raise Difference("signature", SIGNATURE, None, "", "", "")
    if key_named is not None and not signing.is_key(key_named, manifest.key):
        raise Difference("signer", MANIFEST, None, "key", key_named, manifest.key)
    return manifest.key
