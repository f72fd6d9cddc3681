"""The blueprint of the pages for staff who follow the areas below their own."""

from flask import Blueprint

from quizapp.web.nav import template_nav

bp = Blueprint("district", __name__, url_prefix="/don-vi")
bp.context_processor(template_nav)
