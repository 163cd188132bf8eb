"""Resolver: the addresses of hosts, without those that may not be connected to."""

import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from exifds.fetch.hosts import Hosts, is_public

__all__ = ["PrivateAddressError", "PublicResolver"]


class PrivateAddressError(OSError):
    """A host that must be public has no public address."""


class PublicResolver(AbstractResolver):
    """Looks up names like the system does, and believes no public host that claims a private address.

    The connection goes to the very address that was checked, so a name that changes its mind gains nothing.

    Args:
        hosts: Says which hosts must be public.
    """

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look up a host.

        Args:
            host: Its name.
            port: Where to connect to.
            family: Of the addresses wanted.

        Returns:
            Where it may be connected to.

        Raises:
            PrivateAddressError: A public host has no public address.
            OSError: The name is unknown.
        """
        found = await self._system.resolve(host, port, family)
        if not self._hosts.must_be_public(host):
            return found
        public = [result for result in found if is_public(result["host"])]
        if not public:
            raise PrivateAddressError("a public host has no public address")
        return public

    async def close(self) -> None:
        """Release what the system's resolver holds."""
        await self._system.close()
