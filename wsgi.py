"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi quiz ...`."""

from quizapp.app import create_app

app = create_app()
