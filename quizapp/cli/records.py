"""`quiz verify`: work a contest's results out again from its published files."""

import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from quizapp.messages import text_of
from quizapp.records.formats import Difference
from quizapp.records.signing import fingerprint
from quizapp.records.verifying import RoundReport
from quizapp.records.verifying import verify as verify_records


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="write the rankings found to this folder",
)
@click.option("--key", help="the public key, or its fingerprint, that the records must be signed by")
@with_appcontext
def verify(file: Path, folder: Path | None, key: str | None) -> None:
    """Compare records.zip, a folder of its files, or one of them, with what follows from them.

    Prints what was found, or the first difference and exit status 1.
    """
    try:
        report = verify_records(file, key_named=key)
    except Difference as difference:
        click.echo(describe(difference), err=True)
        sys.exit(1)
    for round_ in report.rounds:
        click.echo("\n".join(_figures(round_)))
        if folder is not None and round_.ranking is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"ranking-{round_.key}.csv").write_bytes(round_.ranking)
    for key in report.left_out:
        click.echo(text_of("verify_left_out", round=key))
    if report.signed_by is None:
        click.echo(text_of("verify_not_signed"))
    else:
        click.echo(text_of("verify_signed", key=fingerprint(report.signed_by)))
    click.echo(text_of("verify_ok", contest=report.contest))


def describe(difference: Difference) -> str:
    """The difference as a sentence for people: file, line, field, what was worked out, what stands there."""
    why = text_of(f"verify_{difference.check}")
    if difference.line is None:
        text = text_of("verify_place", file=difference.file, field=difference.field or "–", why=why)
    else:
        text = text_of("verify_line", file=difference.file, line=difference.line, field=difference.field, why=why)
    if difference.expected or difference.found:
        expected, found = difference.expected or "–", difference.found or "–"
        text += "\n  " + text_of("verify_values", expected=expected, found=found)
    return text


def _figures(round_: RoundReport) -> list[str]:
    """Lines about one round."""
    key = round_.key
    lines = [
        text_of(
            "verify_round_figures",
            round=key,
            attempts=round_.attempts,
            people=round_.people,
            people_all_correct=round_.people_all_correct,
            redrawn=round_.redrawn,
        ),
        text_of("verify_graded" if round_.graded else "verify_not_graded", round=key),
    ]
    if round_.actual is not None:
        code = "verify_actual_recounted" if round_.actual_recounted else "verify_actual_taken"
        lines.append(text_of(code, round=key, actual=round_.actual))
    if round_.ranking is None:
        return [*lines, text_of("verify_no_ranking", round=key)]
    ranked = round_.ranking.count(b"\n") - 1
    lines.append(text_of("verify_ranking_made", round=key, ranked=ranked, sha256=round_.ranking_sha256))
    if round_.matched:
        lines.append(text_of("verify_ranking_matched", round=key, files=round_.matched))
    return lines


COMMANDS = (verify,)
