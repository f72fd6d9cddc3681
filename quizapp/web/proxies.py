"""Who is calling, behind proxies: the address that our own proxies report, and nobody else's word."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from quizapp.network import is_address

Network = IPv4Network | IPv6Network
WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class BehindProxies:
    """Put the caller's address into REMOTE_ADDR when the request came through trusted proxies.

    Each proxy adds the address that it saw at the end of `X-Forwarded-For`. So the list is read from its end, and the
    first address that is not one of ours is the caller; what stands before it anybody may have written.
    """

    def __init__(self, app: WsgiApp, trusted: Sequence[str]) -> None:
        self._app = app
        self._everybody = "*" in trusted
        self._trusted = networks(trusted)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the application does."""
        forwarded = environ.get("HTTP_X_FORWARDED_FOR")
        if forwarded and self._trusts(environ.get("REMOTE_ADDR", "")):
            environ["REMOTE_ADDR"] = self._caller(forwarded, environ["REMOTE_ADDR"])
        return self._app(environ, start_response)

    def _caller(self, forwarded: str, peer: str) -> str:
        for text in reversed(forwarded.split(",")):
            address = text.strip()
            if not is_address(address):
                # Not written by a proxy of ours: what we know is who handed it on.
                return peer
            peer = address
            if not self._trusts(address) or self._everybody:
                return address
        return peer

    def _trusts(self, address: str) -> bool:
        if self._everybody or not address:
            # Without an address it came over a Unix socket, from this machine.
            return True
        return is_address(address) and any(ip_address(address) in network for network in self._trusted)


def networks(trusted: Sequence[str]) -> list[Network]:
    """The networks that are meant; `*` is left out. Raises ValueError for what is neither address nor network."""
    return [ip_network(name, strict=False) for name in trusted if name != "*"]
