"""The product's answers over HTTP, against a Flask application that does nothing, under the same gunicorn."""
