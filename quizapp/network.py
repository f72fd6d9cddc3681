"""What counts as one caller of the network."""

from ipaddress import IPv6Address, ip_address, ip_network

_HOUSEHOLD_BITS = 64


def network_of(address: str) -> str:
    """An IPv4 address itself, or the /64 around an IPv6 address, which one household has to itself.

    What is no address (a Unix socket's) is itself.
    """
    if not is_address(address):
        return address
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found.packed, _HOUSEHOLD_BITS), strict=False))
    return str(found)


def is_address(text: str) -> bool:
    """Whether it is an IPv4 or IPv6 address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
