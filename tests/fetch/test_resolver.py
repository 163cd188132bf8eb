"""A public host that claims a private address is not believed."""

import socket
from typing import Any

import pytest

from exifds.fetch.hosts import Hosts
from exifds.fetch.resolver import PrivateAddressError, PublicResolver

HOSTS = Hosts.of(["*.staticflickr.com", "http://photos.home.example:8080"])


def answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let the system's resolver answer with addresses."""

    def getaddrinfo(_host: str, port: int, **_other: Any) -> list[Any]:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *_, **other: getaddrinfo(host, port))


async def test_private_addresses_of_public_hosts_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several addresses only the public ones are connected to."""
    answers(monkeypatch, "127.0.0.1", "151.101.1.1", "::1", "2a04:4e42::1")
    resolver = PublicResolver(HOSTS)
    found = await resolver.resolve("live.staticflickr.com", 443)
    assert [result["host"] for result in found] == ["151.101.1.1", "2a04:4e42::1"]
    assert {result["port"] for result in found} == {443}
    await resolver.close()


async def test_a_public_host_with_none_but_private_addresses_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The name was taken over, or the network answers for it with a page of its own."""
    answers(monkeypatch, "192.168.0.1", "::ffff:10.0.0.1")
    with pytest.raises(PrivateAddressError, match="has no public address"):
        await PublicResolver(HOSTS).resolve("live.staticflickr.com", 443)


async def test_a_host_that_the_user_named_may_be_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mirror at home is no attack."""
    answers(monkeypatch, "192.168.0.1")
    found = await PublicResolver(HOSTS).resolve("photos.home.example", 8080)
    assert [result["host"] for result in found] == ["192.168.0.1"]
