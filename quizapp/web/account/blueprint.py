"""The blueprint of the account pages; its modules add their views."""

from flask import Blueprint

bp = Blueprint("account", __name__)
