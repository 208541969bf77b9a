"""Which addresses may be visited: pure judgements, made before a request and again on the very address connected to.

An address that people type, or that a server redirects to, may point into our own network: at the cloud's
metadata service, at a database on the next machine, at ourselves. Looking the name up first and connecting
afterwards leaves a gap (the name may answer differently the second time), so `check_url` judges only what the
address says and `is_public` is asked once more about each address that a socket is about to be opened to.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from yarl import URL

from bot.errors import Forbidden

MAX_URL = 4_000
"""Characters; longer ones serve no reader and fill logs."""

_WEB_PORTS = {80, 443}
_FIRST_UNPRIVILEGED_PORT = 1024

# What Python's own tables (`is_global`) lack, or lacked before 3.11.10: they follow the IANA registries of their year.
_NEVER_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598)
        "168.63.129.16/32",  # Azure's metadata and DNS, on an address that is public on paper
        "192.0.0.0/24",  # IETF protocol assignments
        "192.88.99.0/24",  # 6to4 relays, withdrawn
        "198.18.0.0/15",  # benchmarks
        "::/96",  # IPv4-compatible, withdrawn
        "::ffff:0:0/96",  # IPv4-mapped: names nothing that plain IPv4 does not
        "64:ff9b:1::/48",  # NAT64 for local use
        "100::/64",  # discard
        "2001::/23",  # IETF protocol assignments, Teredo among them
        "2002::/16",  # 6to4, withdrawn
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fec0::/10",  # site-local, withdrawn
    )
)
_NAT64 = ip_network("64:ff9b::/96")


def is_public(host: str) -> bool:
    """Say whether an IP literal lies on the open internet; a zone (``fe80::1%eth0``) or no literal at all does not.

    A NAT64 address stands for the IPv4 address in its last 32 bits, and is judged as that one: on a network without
    IPv4 it is the only way to most news outlets.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address in _NAT64:
            address = IPv4Address(int(address) & 0xFFFFFFFF)
    if address.is_multicast or address.is_reserved or any(address in network for network in _NEVER_PUBLIC):
        return False
    return address.is_global


def check_url(text: str, *, allow_private: bool) -> URL:
    """Parse an absolute http(s) address, or raise Forbidden that says what is wrong with it.

    Refused are other schemes, a name and password before the host (they would show in lists and logs), ports below
    1024 but for 80 and 443 (mail, shells, directories), and, unless `allow_private`, IP literals that are not public.
    Names are judged once their addresses are known, by `Fetcher` and just before a connection is made.
    """
    if len(text) > MAX_URL:
        raise Forbidden(f"the address is longer than {MAX_URL:,} characters")
    try:
        url = URL(text)
        host, port = url.host, url.port
    except ValueError as error:
        raise Forbidden(f"{_shown(text)} is no address: {error}") from error
    if url.scheme not in {"http", "https"} or not host:
        raise Forbidden(f"{_shown(text)} is not visited: only http:// and https:// addresses are")
    if url.user is not None or url.password is not None:
        raise Forbidden(f"{host}: an address with a user name or password in it is not visited; remove them")
    if allow_private:
        return url
    if port is not None and port < _FIRST_UNPRIVILEGED_PORT and port not in _WEB_PORTS:
        raise Forbidden(f"{host}: port {port} is no web port; use 80, 443 or one above 1023")
    if is_literal(host) and not is_public(host):
        raise Forbidden(closed(host))
    return url


def closed(host: str) -> str:
    """Word the refusal of a private address, with its remedy."""
    return f"{host} is a private or reserved address; set [network] allow_private = true to visit such sources"


@lru_cache(maxsize=1024)
def is_literal(host: str) -> bool:
    """Say whether a host is an IP address as it stands."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _shown(text: str) -> str:
    """Cut an address for an error message; whatever stands before an @ may be a password."""
    return repr(text.rpartition("@")[2][:100])
