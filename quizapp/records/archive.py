"""records.zip: the files of a round or a contest with a manifest; the same records give the same bytes."""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from quizapp.areas import queries as areas
from quizapp.attempts.rules import canonical
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.records import release
from quizapp.records.raw import stream_raw
from quizapp.records.sheets import has_key, write_key, write_rules
from quizapp.results import ranking_file

MANIFEST_FORMAT = "records-1"
# The first moment that a zip file can tell: the time of writing is no part of the records.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def write_archive(
    file: BinaryIO, contest: ContestInfo, round_: RoundInfo | None, *, to_public: bool, now: datetime
) -> None:
    """Write the archive into `file`. key.json and rankings are in it as far as they may be told.

    The manifest comes last: SHA-256 and size of every other file.
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
        }
        _add(archive, "manifest.json", [(canonical(manifest) + "\n").encode()])


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
