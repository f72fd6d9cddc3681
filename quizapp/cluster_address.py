"""The address of a Redis Cluster: several nodes in one line."""

from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True)
class ClusterAddress:
    """A `redis+cluster://` address, taken apart."""

    nodes: tuple[tuple[str, int], ...]
    username: str | None
    password: str | None
    tls: bool


def parse_cluster_url(url: str) -> ClusterAddress:
    """`redis+cluster://[user[:password]@]host[:port][,host[:port]…]`, `rediss+cluster://` for TLS; else ValueError."""
    scheme, separator, rest = url.partition("://")
    if scheme not in ("redis+cluster", "rediss+cluster") or not separator:
        raise ValueError(f"not a cluster address: {scheme}")
    credentials, _, hosts = rest.rstrip("/").rpartition("@")
    username, _, password = credentials.partition(":")
    return ClusterAddress(
        nodes=tuple(_host_and_port(node) for node in hosts.split(",")),
        username=unquote(username) or None,
        password=unquote(password) or None,
        tls=scheme.startswith("rediss"),
    )


def _host_and_port(node: str) -> tuple[str, int]:
    host, separator, port = node.rpartition(":")
    if not separator or node.endswith("]"):
        host, port = node, "6379"
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal():
        raise ValueError(f"not a cluster node: {node!r}")
    return host, int(port)
