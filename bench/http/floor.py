"""The floor: a Flask application that answers at once, served as the product is: `gunicorn bench.http.floor:app`."""

from flask import Flask, Response, request

app = Flask("floor")


@app.get("/")
def look() -> Response:
    """A small answer, always the same."""
    return Response('{"ok":true}', mimetype="application/json")


@app.post("/")
def send() -> Response:
    """The same after reading the whole body, unparsed."""
    request.get_data()
    return Response('{"ok":true}', mimetype="application/json")
