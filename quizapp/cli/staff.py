"""Commands on staff accounts: whoever runs the machine stands above all of them."""

import secrets
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from quizapp import clock
from quizapp.accounts import links, queries, rules, second_factor, service
from quizapp.accounts.rules import Role
from quizapp.areas import queries as areas
from quizapp.cli.refusal import refusals
from quizapp.db import transaction
from quizapp.messages import text_of

# Who did it, in the log.
_ACTOR = "cli"


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
        user = service.create_staff(login, password, role=Role(role), area_id=area_id, now=clock.now(), actor=_ACTOR)
    click.echo(f"{user.login}: {role} of {area}")
    weak = rules.password_refusal(password, user.login)
    if weak is not None:
        click.echo(text_of(weak[0], **weak[1]), err=True)


@click.command("staff-link")
@click.argument("login")
@with_appcontext
def staff_link(login: str) -> None:
    """Print the path of a link with which LOGIN sets a new password: once, within half an hour."""
    with refusals(), transaction():
        secret = links.hand_over(queries.get_user_id(login), actor=_ACTOR, now=clock.now())
    with current_app.test_request_context():
        click.echo(current_app.url_for("account.set_password", ma=secret))


@click.command("drop-second-factor")
@click.argument("login")
@with_appcontext
def drop_second_factor(login: str) -> None:
    """Take the second factor of LOGIN away, when telephone and recovery codes are lost."""
    with refusals(), transaction():
        second_factor.drop(queries.get_user_id(login), actor=_ACTOR, now=clock.now())
    click.echo(f"{login}: signs in with the password alone")


@click.command("create-token")
@click.argument("login")
@click.option("--name", default="cli", show_default=True, help="what the token is for")
@with_appcontext
def create_token(login: str, name: str) -> None:
    """Print a new bearer token for a staff member's scripts; it is shown this once.

    A script with it is not asked for a second factor, nor for a password before what weighs heavily.
    """
    with refusals(), transaction():
        token = service.create_token(queries.get_user_id(login), name, now=clock.now(), actor=_ACTOR)
    click.echo(token)


@click.command("end-tokens")
@click.argument("login")
@with_appcontext
def end_tokens(login: str) -> None:
    """End all bearer tokens of LOGIN."""
    with refusals(), transaction():
        count = service.end_tokens(queries.get_user_id(login), actor=_ACTOR, now=clock.now())
    click.echo(f"{login}: {count} ended")


def ensure_admin(login: str | None, password: str | None) -> tuple[str, str] | None:
    """Create the first administrator when there is none; (login, password) when created. Inside no transaction."""
    with transaction():
        if queries.count_administrators():
            return None
        login = login or "admin"
        password = password or secrets.token_urlsafe(12)
        service.create_staff(login, password, role=Role.ADMIN, area_id=None, now=clock.now(), actor=_ACTOR)
    return login, password


COMMANDS = (create_staff, staff_link, drop_second_factor, create_token, end_tokens)
