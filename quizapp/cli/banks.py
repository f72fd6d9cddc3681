"""`flask quiz check-bank | lint-banks | import-bank | export-bank`: question banks as files."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import with_appcontext

from quizapp import clock
from quizapp.areas import queries as areas
from quizapp.banks import loader, queries, rules, service
from quizapp.cli.refusal import refusals
from quizapp.db import transaction
from quizapp.messages import problem_text, text_of
from quizapp.strict_yaml import RefusedFile

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check-bank")
@click.argument("files", nargs=-1, required=True, type=_FILE)
def check_bank(files: tuple[Path, ...]) -> None:
    """Check the question banks in FILES; the database is not touched."""
    good = _read(files)
    for file, bank in good:
        click.echo(text_of("bank_good", file=file, count=len(bank.questions)))
    if len(good) < len(files):
        sys.exit(1)


@click.command("lint-banks")
@click.argument("files", nargs=-1, required=True, type=_FILE)
def lint_banks(files: tuple[Path, ...]) -> None:
    """Look in FILES, taken together, for give-away answers, questions asked twice and the like."""
    good = _read(files)
    found = rules.lint([bank for _, bank in good])
    for finding in found:
        where = " ".join(finding.questions) or finding.bank
        click.echo(f"{text_of(finding.severity)} {where}: {text_of(finding.code, **finding.params)}")
    errors = sum(finding.severity == "error" for finding in found)
    click.echo(text_of("lint_done", banks=len(good), errors=errors, warnings=len(found) - errors))
    if errors or len(good) < len(files):
        sys.exit(1)


@click.command("import-bank")
@click.argument("file", type=_FILE)
@click.option("--area", help="TREE:CODE of the area whose organizers alone read the bank (default: all organizers)")
@with_appcontext
def import_bank(file: Path, area: str | None) -> None:
    """Create the question bank in FILE, or replace it; a refused file changes nothing."""
    with refusals(), transaction():
        record, changed = service.import_bank(
            file.read_bytes(),
            name=str(file),
            actor="cli",
            now=clock.now(),
            owner_area_id=areas.resolve(area)[1].id if area else None,
            read_image=images_beside(file),
        )
    sentence = "bank_imported" if changed else "bank_unchanged"
    click.echo(text_of(sentence, slug=record.slug, count=record.question_count))


@click.command("export-bank")
@click.argument("slug")
@with_appcontext
def export_bank(slug: str) -> None:
    """Write the file that the bank SLUG was imported from to standard output, byte for byte."""
    with refusals():
        click.echo(queries.source_of(slug).encode(), nl=False)


def _read(files: Sequence[Path]) -> list[tuple[Path, rules.Bank]]:
    """The good ones of `files`; what is wrong with the others goes to standard error."""
    good = []
    for file in files:
        try:
            good.append((file, loader.parse_bank(file.read_bytes(), name=str(file), read_image=images_beside(file))))
        except RefusedFile as error:
            for problem in error.problems:
                click.echo(problem_text(problem), err=True)
    return good


def images_beside(file: Path) -> loader.ReadImage:
    """What reads the pictures in the folder of a bank file."""

    def read(name: str) -> bytes | None:
        path = file.parent / name
        return path.read_bytes() if path.is_file() else None

    return read


COMMANDS = (check_bank, lint_banks, import_bank, export_bank)
