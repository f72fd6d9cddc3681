"""Every view says who may call it, and the list here says the same; a new view without a line fails."""

import pytest

from quizapp.web.access import KINDS, allow

# The static files and the API's own pages are for anyone as well.
EXPECTED = {
    "account.sign_in": "anyone",
    "account.sign_out": "anyone",
    "account.set_locale": "anyone",
    "health.healthz": "anyone",
    "health.readyz": "anyone",
    "play.question_image": "anyone",
    "play.service_worker": "anyone",
}


def views(app):
    return {
        rule.endpoint: app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    }


def test_every_view_declares_exactly_one_kind_of_caller(app):
    undeclared = [name for name, view in views(app).items() if getattr(view, "allowed_kind", None) not in KINDS]
    assert undeclared == []


def test_staff_pages_are_for_staff(app):
    for name, view in views(app).items():
        if name.startswith("organize."):
            assert view.allowed_kind == "organizer", name
        if name.startswith("district."):
            assert view.allowed_kind == "staff", name


def test_known_views_keep_their_kind(app):
    found = {name: view.allowed_kind for name, view in views(app).items() if name in EXPECTED}
    assert found == EXPECTED


def test_an_unknown_kind_is_refused_at_import():
    with pytest.raises(ValueError, match="everybody"):
        allow("everybody")


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_no_write_goes_without_the_token(app, client, method):
    for rule in app.url_map.iter_rules():
        if method.upper() in rule.methods and not rule.arguments:
            answer = getattr(client, method)(rule.rule, data={})
            assert answer.status_code == 403, f"{method} {rule.rule}: {answer.status_code}"
