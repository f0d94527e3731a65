"""Which callers of a server count as one."""

from __future__ import annotations

import ipaddress


def network(address: str) -> str:
    """What counts as one address: of IPv6 the network of a customer, who has all addresses of it."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
