"""Timed online contests with rankings and results by area; `app.create_app` builds the application."""

__version__ = "0.1.0"
