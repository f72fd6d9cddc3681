"""Commands on staff accounts."""

import secrets
import sys

import click
from flask.cli import with_appcontext

from quizapp import clock
from quizapp.accounts import queries, service
from quizapp.accounts.rules import Role
from quizapp.areas import queries as areas
from quizapp.cli.refusal import refusals
from quizapp.db import transaction


@click.command("create-staff")
@click.argument("login")
@click.option("--role", type=click.Choice(["organizer", "district"]), required=True)
@click.option("--area", required=True, help="TREE:CODE")
@with_appcontext
def create_staff(login: str, role: str, area: str) -> None:
    """Create a staff account; the password is read from standard input (its first line)."""
    password = sys.stdin.readline().rstrip("\r\n")
    with refusals(), transaction():
        area_id = areas.resolve(area)[1].id
        user = service.create_staff(login, password, role=Role(role), area_id=area_id, now=clock.now())
    click.echo(f"{user.login}: {role} of {area}")


@click.command("create-token")
@click.argument("login")
@click.option("--name", default="cli", show_default=True, help="what the token is for")
@with_appcontext
def create_token(login: str, name: str) -> None:
    """Print a new bearer token for a staff member's scripts; it is shown this once."""
    with refusals(), transaction():
        token = service.create_token(queries.get_user_id(login), name, now=clock.now())
    click.echo(token)


def ensure_admin(login: str | None, password: str | None) -> tuple[str, str] | None:
    """Create the first administrator when there is none; (login, password) when created. Inside no transaction."""
    with transaction():
        if queries.count_administrators():
            return None
        login = login or "admin"
        password = password or secrets.token_urlsafe(12)
        service.create_staff(login, password, role=Role.ADMIN, area_id=None, now=clock.now())
    return login, password


COMMANDS = (create_staff, create_token)
