"""The blueprint of everybody's pages; its modules add their views."""

from flask import Blueprint

bp = Blueprint("play", __name__)
