"""Who may be asked: public addresses only, so that no page can send us to the machines beside us (SSRF).

Plain functions. An address passes twice: `Gate.refuses` judges a URL before anything is asked of its host, in every
spelling of an address that a client understands (WHATWG URL, 3.5: hexadecimal, octal, short and full-width forms);
`Gate.refuses_address` judges the address to which a connection is made, at the moment when it is made, so that no
answer of a name server gets between look and leap. crawler/transport.py calls the second, on every hop.

What is public is what IANA calls globally reachable (RFC 6890 and its registries), without multicast. One setting,
`WORLDDESK_PUBLIC_NETWORKS`, names further networks. What a source's own file names, or a person types, may also lie
on this machine, at exactly that host and port.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import SplitResult, unquote, urlsplit

from crawler.errors import UsageError
from crawler.normalise import clean

if TYPE_CHECKING:
    from crawler.catalogue import Source

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

SETTING = "WORLDDESK_PUBLIC_NETWORKS"
INSIDE = "nothing inside is asked"
"""How the reason ends wherever the gate stays shut; the ledger, the health of a source and tests look for it."""
WEB_PORTS = frozenset({80, 443})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NUMBER = re.compile(r"0[x][0-9a-f]*|[0-9]+")
_DOTS = str.maketrans("。．｡", "...")
_LOOPBACK = ip_address("127.0.0.1")
_MAPPED = ip_network("::ffff:0:0/96")
_TRANSLATED = ip_network("64:ff9b::/96")  # NAT64, RFC 6052
_SIX_TO_FOUR = ip_network("2002::/16")
_GLOBAL_UNICAST = ip_network("2000::/3")
_KINDS: tuple[tuple[str, tuple[Network, ...]], ...] = tuple(
    (kind, tuple(map(ip_network, networks)))
    for kind, networks in (
        ("loopback", ("127.0.0.0/8", "::1/128")),
        ("this network", ("0.0.0.0/8", "::/128")),
        ("private", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")),
        ("link-local", ("169.254.0.0/16", "fe80::/10")),
        ("shared by a provider", ("100.64.0.0/10",)),
        ("multicast", ("224.0.0.0/4", "ff00::/8")),
        ("documentation", ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")),
        ("Teredo", ("2001::/32",)),
        ("benchmarking", ("198.18.0.0/15", "2001:2::/48")),
        ("site-local", ("fec0::/10",)),
        ("reserved", ("192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4")),
    )
)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one asker may ask beside public hosts at the ports of the web."""

    ports: frozenset[int] = frozenset()
    """Further ports of public hosts."""
    loopback: frozenset[tuple[str, int]] = frozenset()
    """(host as named, port) on this machine."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The judgement, with the networks that count as public beside those that are."""

    networks: tuple[Network, ...] = ()

    def refuses(self, url: str, reach: Reach) -> str | None:
        """Why this address is not asked, for people; None where its host may be looked up."""
        try:
            parts = urlsplit(url)
            host, port = _host(parts), _port(parts)
        except ValueError:
            return f"{clean(url)[:200]} is no address"
        if port is None:
            return f"{clean(parts.scheme)[:20] or 'no scheme'} is not http or https: {INSIDE}"
        if not host:
            return f"{clean(url)[:200]} has no host"
        return self._refuses_host(host, port, reach)

    def _refuses_host(self, host: str, port: int, reach: Reach) -> str | None:
        if (host, port) in reach.loopback:
            return None
        address = _LOOPBACK if is_this_machine(host) else literal(host)
        kind = self._inside(address) if address is not None else None
        if kind is not None:
            if any(host == own for own, _ in reach.loopback):
                return f"port {port} of {host} is none of this source's ({kind}): {INSIDE}"
            also = "" if is_this_machine(host) or str(address) == host else f"{address}, "
            return f"{clean(host)[:200]} is no public address ({also}{kind}): {INSIDE}"
        if port not in WEB_PORTS | reach.ports:
            return f"port {port} of {clean(host)[:200]} is neither 80, 443 nor one of this source's: {INSIDE}"
        return None

    def refuses_address(self, host: str, address: str, port: int, reach: Reach) -> str | None:
        """Why no connection is made to an IP address that a host turned out to have; None where it is made.

        `address` as a socket takes it; what is none is refused.
        """
        try:
            found = ip_address(address)
        except ValueError:
            return f"{clean(host)[:200]} leads to {clean(address)[:200]}, which is no address: {INSIDE}"
        kind = self._inside(found)
        is_named = kind == "loopback" and (host, port) in reach.loopback and literal(host) in (None, found)
        if kind is None or is_named:
            return None
        return f"{clean(host)[:200]} leads to {found}, which is no public address ({kind}): {INSIDE}"

    def _inside(self, address: Address) -> str | None:
        """What kind of address it is where it is not public; None where it is, or counts as it."""
        if any(address in network for network in self.networks if network.version == address.version):
            return None
        inner = embedded(address)
        return kind_of(address) if inner is None else self._inside(inner)


def public_networks(setting: str = "") -> tuple[Network, ...]:
    """Networks that count as public: of the environment's `WORLDDESK_PUBLIC_NETWORKS`, else of the setting.

    Networks in CIDR form, between commas or spaces. Raises UsageError for what is none.
    """
    written = os.environ.get(SETTING, "").strip() or setting
    networks = []
    for word in written.replace(",", " ").split():
        try:
            networks.append(ip_network(word))
        except ValueError as error:
            raise UsageError(
                f"{SETTING}: {clean(word)[:100]!r} is no network: {error}; write networks with commas between, "
                f"e.g. {SETTING}=10.20.0.0/16,fd00:20::/32"
            ) from None
    return tuple(networks)


def of_setting(setting: str | None) -> Gate:
    """The gate of a run. Raises UsageError where the setting is wrong."""
    return Gate(public_networks(setting or ""))


def kind_of(address: Address) -> str | None:
    """What kind of address it is where it is not globally reachable; None where it is."""
    for kind, networks in _KINDS:
        if any(address in network for network in networks if network.version == address.version):
            return kind
    if isinstance(address, IPv6Address) and (address.scope_id is not None or address not in _GLOBAL_UNICAST):
        return "reserved"
    return None if address.is_global else "reserved"


def embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to: mapped, translated (NAT64) or 6to4; None where there is none."""
    if isinstance(address, IPv4Address):
        return None
    if address in _MAPPED or address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return IPv4Address(int(address) >> 80 & 0xFFFFFFFF) if address in _SIX_TO_FOUR else None


def literal(host: str) -> Address | None:
    """The IP address that a host is, in any spelling that some client takes for one; None where it is a name.

    `0x7f.1`, `2130706433`, `0177.0.0.1`, `127.1`, `[::ffff:127.0.0.1]`, `%31%32%37.0.0.1`, `１２７.0.0.1`, `127.0.0.1.`
    """
    text = plain(host).strip("[]")
    try:
        return ip_address(text)
    except ValueError:
        return _numbers(text)


def _numbers(text: str) -> IPv4Address | None:
    """An IPv4 address out of one to four numbers, the last of which fills what is left (inet_aton, WHATWG URL 3.5)."""
    words = text.split(".")
    if len(words) > 4 or not all(_NUMBER.fullmatch(word) and len(word) < 40 for word in words):
        return None
    try:
        *first, last = (int(word, 8 if word.startswith("0") and word.isdigit() else 0) for word in map(_digits, words))
    except ValueError:  # 08 is no octal number
        return None
    room = 8 * (4 - len(first))
    if any(number > 255 for number in first) or last >= 1 << room:
        return None
    return IPv4Address(sum(number << 8 * (3 - place) for place, number in enumerate(first)) + last)


def _digits(word: str) -> str:
    return "0x0" if word == "0x" else word


def is_this_machine(host: str) -> bool:
    """Whether a name means this machine whatever a resolver says (RFC 6761, 6.3)."""
    name = plain(host)
    return name in ("localhost", "localhost.localdomain") or name.endswith(".localhost")


def plain(host: str) -> str:
    """A host as resolvers read it: decoded, folded (full-width digits and dots), lower case, no dot at the end."""
    return unicodedata.normalize("NFKC", unquote(host)).translate(_DOTS).lower().strip().rstrip(".")


def reach(source: Source | None, typed: Iterable[str] = ()) -> Reach:
    """What may be asked beside public hosts: what the source's file names, and what a person typed."""
    return _reach(_named(source) if source is not None else (), source.hosts if source is not None else (), (*typed,))


def _named(source: Source) -> tuple[str, ...]:
    listed = [listing.url for listing in source.listings]
    return (source.home, *listed, *(archive.url for archive in source.archives))


@lru_cache(maxsize=2048)
def _reach(urls: tuple[str, ...], hosts: tuple[str, ...], typed: tuple[str, ...]) -> Reach:
    places = {place for url in (*urls, *typed) if (place := _place(url)) is not None}
    ports = frozenset(port for _, port in places)
    places |= {(host, port) for host in hosts for port in ports}
    return Reach(ports, frozenset((host, port) for host, port in places if is_loopback(host)))


def _place(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        port = _port(parts)
    except ValueError:
        return None
    host = _host(parts)
    return (host, port) if host and port is not None else None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, written as one writes it: 127.0.0.1, ::1, [::1], localhost, name.localhost."""
    if is_this_machine(host):
        return host == plain(host)
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _host(parts: SplitResult) -> str:
    return parts.hostname or ""


def _port(parts: SplitResult) -> int | None:
    """None where the scheme is not of the web, whatever the port."""
    usual = _DEFAULT_PORTS.get(parts.scheme)
    return usual if usual is None or parts.port is None else parts.port
