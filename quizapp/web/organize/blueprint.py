"""The blueprint of the organizers' pages."""

from flask import Blueprint

from quizapp.web.nav import template_nav

bp = Blueprint("organize", __name__, url_prefix="/to-chuc")
bp.context_processor(template_nav)
