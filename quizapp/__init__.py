"""Timed online contests with rankings and results by area; `app.create_app` builds the application."""
