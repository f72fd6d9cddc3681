from typing import Any

import pytest

from quizapp.app import create_app
from quizapp.config import read_settings
from quizapp.web.proxies import BehindProxies

OURS = ("127.0.0.1", "10.0.0.0/8", "::1")


def caller(peer: str, forwarded: str | None, trusted: tuple[str, ...] = OURS) -> str:
    seen: list[str] = []

    def app(environ: dict[str, Any], _start: Any) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        return []

    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    BehindProxies(app, trusted)({"REMOTE_ADDR": peer, **headers}, None)
    return seen[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("10.0.0.5", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.5", "2001:db8::7", "2001:db8::7"),
        # What the caller wrote himself stands before what the proxies added.
        ("10.0.0.5", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.5", "198.51.100.1, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
        # Somebody in our own network.
        ("10.0.0.5", "10.2.0.1, 10.0.0.9", "10.2.0.1"),
        # Nobody believes a stranger, nor what is not an address.
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.5", "198.51.100.1, unknown", "10.0.0.5"),
        ("10.0.0.5", "203.0.113.7, <b>, 10.0.0.9", "10.0.0.9"),
        ("10.0.0.5", None, "10.0.0.5"),
        # Over a Unix socket.
        ("", "203.0.113.7", "203.0.113.7"),
    ],
)
def test_the_caller_is_who_our_own_proxies_saw(peer: str, forwarded: str | None, found: str) -> None:
    assert caller(peer, forwarded) == found


def test_a_star_believes_the_last_proxy_only() -> None:
    assert caller("198.51.100.9", "198.51.100.1, 203.0.113.7", ("*",)) == "203.0.113.7"
    assert caller("203.0.113.7", "198.51.100.1", ()) == "203.0.113.7"


def test_a_wrong_network_is_told_at_the_start() -> None:
    settings = read_settings({"FORWARDED_ALLOW_IPS": "10.0.0.0/8, proxy", "SECRET_KEY": "k"})
    assert settings.trusted_proxies == ("10.0.0.0/8", "proxy")
    with pytest.raises(ValueError, match="proxy"):
        create_app(settings)
