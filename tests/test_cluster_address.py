"""The address of a Redis Cluster."""

import pytest

from quizapp.cluster_address import parse_cluster_url


def test_a_cluster_address_is_taken_apart() -> None:
    plain = parse_cluster_url("redis+cluster://10.0.0.1:7000,may-hai,[::1]:7002/")
    full = parse_cluster_url("rediss+cluster://thi:m%40t@h1:7000")

    assert plain.nodes == (("10.0.0.1", 7000), ("may-hai", 6379), ("::1", 7002))
    assert (plain.username, plain.password, plain.tls) == (None, None, False)
    assert (full.nodes, full.username, full.password, full.tls) == ((("h1", 7000),), "thi", "m@t", True)


@pytest.mark.parametrize("url", ["redis://h:1", "redis+cluster://", "redis+cluster://h:x", "redis+cluster://a:1,,b:1"])
def test_a_wrong_cluster_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="cluster"):
        parse_cluster_url(url)
