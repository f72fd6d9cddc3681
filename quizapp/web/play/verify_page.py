"""What the page about checking the results shows: commitment and seed, the files that may be taken now, the program."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from quizapp.audit.queries import find_head
from quizapp.audit.rules import Head
from quizapp.config import ROOT
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.records import release
from quizapp.records.sheets import has_key
from quizapp.records.signing import Signer
from quizapp.results import sealing, versions
from quizapp.results.versions import ResultInfo
from quizapp.web.play.published_receipts import is_public
from quizapp.web.signer import signer

PROGRAM = "verify/kiem-chung.py"


@dataclass(frozen=True)
class RoundRecords:
    """A round: its published versions, newest first, and whether receipts are listed and raw records may be taken."""

    round_: RoundInfo
    published: tuple[ResultInfo, ...]
    has_receipts: bool
    has_raw: bool


@dataclass(frozen=True)
class VerifyPage:
    """The whole page, as everybody sees it."""

    commitment: str
    seed: str | None
    has_key: bool
    has_raw: bool
    records_public: bool
    rounds: tuple[RoundRecords, ...]
    program: str
    program_sha256: str
    log: Head | None
    signer: Signer


def verify_page(contest: ContestInfo, now: datetime) -> VerifyPage:
    """The page of a launched contest at `now`."""
    return VerifyPage(
        commitment=contest.commitment or "",
        seed=contests.get_seed(contest.id).hex() if release.tells_seed(contest, now, to_public=True) else None,
        has_key=has_key(contest, to_public=True, now=now),
        has_raw=release.gives_raw(contest, None, now),
        records_public=contest.spec.publication.records == "public",
        rounds=tuple(_round(contest, round_, now) for round_ in contest.rounds),
        program=PROGRAM,
        program_sha256=_program_sha256(),
        # Each sealing of papers is a line: while somebody may still guess, not even that a paper was handed in is told.
        log=None if sealing.is_sealed(contest, None, now) else find_head(contest.id),
        signer=signer(),
    )


def _round(contest: ContestInfo, round_: RoundInfo, now: datetime) -> RoundRecords:
    published = tuple(each for each in versions.list_versions(round_.id) if each.published_at is not None)
    has_raw = release.gives_raw(contest, round_, now)
    return RoundRecords(round_, published, is_public(contest, round_, now), has_raw)


@lru_cache(maxsize=1)
def _program_sha256() -> str:
    return hashlib.sha256((ROOT / "static" / PROGRAM).read_bytes()).hexdigest()
