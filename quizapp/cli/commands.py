"""`flask --app wsgi quiz ...`: the commands of the contract."""

import click

from quizapp.cli import areas, banks, contests, prepare, records, staff, worker


@click.group()
def quiz() -> None:
    """Areas, banks, contests, staff, worker."""


for command in (
    *areas.COMMANDS,
    *banks.COMMANDS,
    *contests.COMMANDS,
    *prepare.COMMANDS,
    *records.COMMANDS,
    *staff.COMMANDS,
    *worker.COMMANDS,
):
    quiz.add_command(command)
