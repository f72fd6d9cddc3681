"""The blueprint of the account pages; its modules add their views."""

from flask import Blueprint

from quizapp.web.nav import template_nav

bp = Blueprint("account", __name__)
bp.context_processor(template_nav)
