"""`flask quiz load-areas`: bring the areas in the database to what the files say."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from quizapp import clock
from quizapp.areas import queries, service
from quizapp.cli.refusal import refusals
from quizapp.config import ROOT
from quizapp.db import transaction
from quizapp.messages import text_of

SHIPPED = ROOT / "data" / "areas"


def tree_files() -> list[Path]:
    """The shipped files of area trees."""
    return sorted(SHIPPED.glob("*.yaml"))


@click.command("load-areas")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def load_areas(files: tuple[Path, ...]) -> None:
    """Load the area trees in FILES, in any order; without FILES, all that are shipped. All of them or none."""
    now = clock.now()
    with refusals(), transaction():
        loaded = [service.load_tree(path.read_bytes(), name=str(path), now=now) for path in files or tree_files()]
        service.check_references()
    for tree, changed in loaded:
        index = queries.get_tree(tree.slug)
        count = sum(map(index.is_active, index.nodes))
        click.echo(text_of("areas_loaded" if changed else "areas_unchanged", tree=tree.slug, count=count))


COMMANDS = (load_areas,)
