"""`flask --app wsgi quiz ...`: the commands of the contract."""

import click

from quizapp.audit import service as audit_service
from quizapp.cli import areas, audit, backup, banks, contests, personal_data, prepare, records, simulate, staff, worker


@click.group()
@click.pass_context
def quiz(context: click.Context) -> None:
    """Areas, banks, contests, staff, worker, backup."""
    command = context.invoked_subcommand
    audit_service.origin.set("worker" if command == "worker" else f"cli {command}")


for command in (
    *areas.COMMANDS,
    *audit.COMMANDS,
    *backup.COMMANDS,
    *banks.COMMANDS,
    *contests.COMMANDS,
    *personal_data.COMMANDS,
    *prepare.COMMANDS,
    *records.COMMANDS,
    *simulate.COMMANDS,
    *staff.COMMANDS,
    *worker.COMMANDS,
):
    quiz.add_command(command)
