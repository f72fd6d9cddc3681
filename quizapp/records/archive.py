"""records.zip: the files of a round or a contest with a signed manifest; the same records give the same bytes.

So the manifest does not tell when it was written, but up to which line of the log, and of when that line is.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from quizapp import __version__
from quizapp.areas import queries as areas
from quizapp.attempts.rules import canonical
from quizapp.audit.queries import list_latest
from quizapp.clock import rfc3339
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.records import release
from quizapp.records.bundle import MANIFEST, SIGNATURE
from quizapp.records.raw import stream_raw
from quizapp.records.sheets import has_key, write_key, write_rules
from quizapp.records.signing import Signer
from quizapp.results import ranking_file

MANIFEST_FORMAT = "records-1"
# The first moment that a zip file can tell: the time of writing is no part of the records.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def write_archive(
    file: BinaryIO, contest: ContestInfo, round_: RoundInfo | None, *, to_public: bool, signer: Signer, now: datetime
) -> None:
    """Write the archive into `file`. key.json and rankings are in it as far as they may be told.

    The manifest comes behind them, with SHA-256 and size of each and the head of the contest's log; last its signature.
    """
    listed: dict[str, dict[str, object]] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in _files(contest, round_, to_public=to_public, now=now):
            listed[name] = _add(archive, name, pieces)
        manifest = {
            "format": MANIFEST_FORMAT,
            "contest": contest.slug,
            "round": round_.key if round_ else None,
            "files": listed,
            "software": f"quizapp {__version__}",
            "log": _log(contest),
            "key": signer.public_key,
        }
        signed = (canonical(manifest) + "\n").encode()
        _add(archive, MANIFEST, [signed])
        _add(archive, SIGNATURE, [signer.sign(signed)])


def _log(contest: ContestInfo) -> dict[str, object]:
    """How many lines the contest's log has, the hash of the last one, and its time."""
    (last,) = list_latest(contest.id, most=1)
    return {"count": last.i + 1, "hash": last.hash, "at": rfc3339(last.at)}


def ranking_name(round_: RoundInfo) -> str:
    """How the ranking of a round is called beside others."""
    return f"ranking-{round_.key}.csv"


def _files(
    contest: ContestInfo, round_: RoundInfo | None, *, to_public: bool, now: datetime
) -> Iterator[tuple[str, Iterable[bytes]]]:
    if has_key(contest, to_public=to_public, now=now):
        yield "key.json", [write_key(contest, to_public=to_public, now=now)]
    tree = areas.get_tree_by_id(contest.tree_id)
    for each in contest.rounds if round_ is None else (round_,):
        result = release.result_of(each, to_public=to_public)
        if result is not None:
            yield ranking_name(each), ranking_file.stream(result.id, tree)
    yield "raw.jsonl", stream_raw(contest, round_, to_public=to_public)
    yield "rules.json", [write_rules(contest, to_public=to_public, now=now)]


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> dict[str, object]:
    info = zipfile.ZipInfo(name, _NO_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as entry:
        for piece in pieces:
            entry.write(piece)
            digest.update(piece)
            size += len(piece)
    return {"sha256": digest.hexdigest(), "bytes": size}
