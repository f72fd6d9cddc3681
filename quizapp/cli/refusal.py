"""How a command refuses: exit status 1, the reason on standard error; for a file, each problem with its place."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from quizapp.errors import QuizError
from quizapp.messages import problem_text, text_of
from quizapp.strict_yaml import RefusedFile


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a QuizError of the block into a reason on standard error and exit status 1."""
    try:
        yield
    except RefusedFile as error:
        for problem in error.problems:
            click.echo(problem_text(problem), err=True)
        sys.exit(1)
    except QuizError as error:
        click.echo(text_of(error.code, **error.details), err=True)
        for item in error.details.get("problems", []):
            click.echo("  " + text_of(item["code"], **item), err=True)
        sys.exit(1)
