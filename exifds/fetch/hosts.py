"""Hosts: which URLs photos may be fetched from, and which addresses may answer for them. No I/O.

An answer may point anywhere: a redirect or a field of the metadata is written by others. So every URL is
compared with a list before anything is sent, and a name of the list that anybody's DNS answers for is only
believed when it leads to the public internet, never to a machine or a service behind the user's router.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from yarl import URL

from exifds.errors import PhotoError, UsageError

__all__ = ["Hosts", "is_public"]

_PATTERN = re.compile(r"\*(\.[a-z0-9-]+){2,}")
_HOST = re.compile(r"[a-z0-9._:-]+")
_PORTS = {"http": 80, "https": 443}
_LONGEST_URL = 2048
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Hosts:
    """The places photos may come from.

    Args:
        domains: Of public hosts, each with its leading dot: `.staticflickr.com`. Any name below it may be
            fetched from by https, if it leads to a public address.
        places: Scheme, host and port of the hosts that the user named: they may be anywhere.

    Example:
        >>> hosts = Hosts.of(["*.staticflickr.com", "http://127.0.0.1:8080"])
        >>> str(hosts.check("https://live.staticflickr.com/65535/1_a_b.jpg"))
        'https://live.staticflickr.com/65535/1_a_b.jpg'
        >>> hosts.check("http://live.staticflickr.com/65535/1_a_b.jpg")
        Traceback (most recent call last):
        exifds.errors.PhotoError: photos may not be fetched from http://live.staticflickr.com:80
    """

    domains: tuple[str, ...]
    places: frozenset[tuple[str, str, int]]

    @classmethod
    def of(cls, allowed: Iterable[str]) -> "Hosts":
        """Read a list of allowed hosts.

        Args:
            allowed: `*.domain` for every public host below a domain; the URL of a host, of which only the
                scheme, the host and the port count; or `host:port`, by http as well as https.

        Returns:
            The hosts.

        Raises:
            UsageError: An entry is none of this.
        """
        domains: list[str] = []
        places: set[tuple[str, str, int]] = set()
        for entry in allowed:
            if entry.startswith("*"):
                if not _PATTERN.fullmatch(entry):
                    raise UsageError(f"a pattern of hosts looks like *.example.com, not like {entry!r}")
                domains.append(entry[1:])
            else:
                places |= _places(entry)
        return cls(tuple(domains), frozenset(places))

    def check(self, url: str) -> URL:
        """Make sure that a URL leads to an allowed host.

        Args:
            url: An absolute URL, from anywhere.

        Returns:
            The URL as it is to be requested.

        Raises:
            PhotoError: It does not. The message names the host at most: the path is a secret of its owner.
        """
        parsed = _parsed(url)
        host, port = parsed.raw_host or "", parsed.port or 0
        public = parsed.scheme == "https" and port == _PORTS["https"] and self.must_be_public(host)
        if public or (parsed.scheme, host, port) in self.places:
            return parsed
        raise PhotoError(f"photos may not be fetched from {parsed.scheme}://{host[:80]}:{port}")

    def follow(self, base: URL, location: str) -> URL:
        """Make sure that a redirect leads to an allowed host.

        Args:
            base: What was asked for.
            location: Where the answer points to, perhaps relative.

        Returns:
            The URL to request next.

        Raises:
            PhotoError: It leads elsewhere.
        """
        try:
            joined = str(base.join(URL(location)))
        except ValueError:
            raise PhotoError("the photo moved to an address that is no URL") from None
        return self.check(joined)

    def must_be_public(self, host: str) -> bool:
        """Whether a host may be connected to at public addresses only.

        Args:
            host: Its name.

        Returns:
            True for the hosts below a domain.
        """
        return bool(_HOST.fullmatch(host)) and host.endswith(self.domains)


def is_public(address: str) -> bool:
    """Whether an IP address is a host of the public internet.

    Args:
        address: IPv4 or IPv6, in numbers.

    Returns:
        False for what is private, local, shared, reserved, multicast, or wraps an address that is.

    Example:
        >>> [is_public(address) for address in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "fe80::1%eth0")]
        [True, False, False, False]
    """
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip in _NAT64:  # how a network without IPv4 reaches a host that has nothing else
            ip = IPv4Address(int(ip) & 0xFFFFFFFF)
        elif ip not in _GLOBAL_UNICAST or ip.sixtofour:
            return False
    return ip.is_global and not ip.is_multicast


def _parsed(url: str) -> URL:
    try:
        parsed = URL(url[:_LONGEST_URL])
        if parsed.scheme not in _PORTS or not parsed.raw_host or not parsed.port:
            parsed = URL()
    except ValueError:
        parsed = URL()
    if not parsed.scheme or len(url) > _LONGEST_URL:
        raise PhotoError("the address of the photo is no URL of the web")
    if parsed.raw_user is not None or parsed.raw_password is not None:
        raise PhotoError("the address of the photo holds a user name: it is not followed")
    return parsed


def _places(entry: str) -> set[tuple[str, str, int]]:
    """Scheme, host and port of a host that the user named."""
    schemes = [""] if "://" in entry else ["http://", "https://"]
    try:
        urls = [URL(scheme + entry) for scheme in schemes]
        places = {(url.scheme, url.raw_host or "", url.port or 0) for url in urls}
    except ValueError:
        places = set()
    if not places or not all(s in _PORTS and _HOST.fullmatch(host) and port for s, host, port in places):
        raise UsageError(f"a host of photos is given as a URL or as host:port, not as {entry[:80]!r}")
    return places
