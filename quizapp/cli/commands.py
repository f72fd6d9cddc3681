"""`flask --app wsgi quiz ...`: the commands of the contract."""

import click

from quizapp.cli import areas, backup, banks, contests, prepare, records, simulate, staff, worker


@click.group()
def quiz() -> None:
    """Areas, banks, contests, staff, worker, backup."""


for command in (
    *areas.COMMANDS,
    *backup.COMMANDS,
    *banks.COMMANDS,
    *contests.COMMANDS,
    *prepare.COMMANDS,
    *records.COMMANDS,
    *simulate.COMMANDS,
    *staff.COMMANDS,
    *worker.COMMANDS,
):
    quiz.add_command(command)
