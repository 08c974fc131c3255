"""Lets the crawler connect to public addresses only: the address that is checked is the one connected to.

Scrapy's HTTP handler asks the reactor's name resolver for every connection, for names and for literal
addresses in any notation, for the first request and for each redirect. `GuardedResolver` stands there and
passes on only what is permitted, so a name that resolves to something else later gains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, cast

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_SIX_TO_FOUR = ip_network("2002::/16")
_NAT64 = ip_network("64:ff9b::/96")


class AddressRefusedError(IgnoreRequest):
    """A host that has no address the crawler may connect to."""


def permitted(address: str, allowed: Iterable[str] = ()) -> bool:
    """Whether the crawler may connect to a numeric address: public ones, and those in `allowed` networks.

    An IPv6 address that carries an IPv4 address (mapped, 6to4, NAT64, Teredo) is judged by that one too.
    """
    plain = ip_address(address.split("%", 1)[0])
    judged = [plain, *_carried(plain)]
    networks = [ip_network(network) for network in allowed]
    if any(one in network for one in judged for network in networks if one.version == network.version):
        return True
    return all(_public(one) for one in judged)


def _carried(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.teredo is not None:
        return list(address.teredo)
    if address in _SIX_TO_FOUR and address.sixtofour is not None:
        return [address.sixtofour]
    return [IPv4Address(int(address) & 0xFFFFFFFF)] if address in _NAT64 else []


def _public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None or address in _NAT64:
            return True  # the IPv4 address in it decides
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


@implementer(IResolutionReceiver)
class _PermittedOnly:
    """Hands on the permitted addresses of one look-up; tells `refuse` of the others."""

    def __init__(self, receiver: Any, resolver: GuardedResolver, host: str) -> None:
        self._receiver = receiver
        self._resolver = resolver
        self._host = host

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802 - Twisted's name
        host: str = address.host
        if permitted(host, self._resolver.allowed):
            self._receiver.addressResolved(address)
        else:
            self._resolver.refused[self._host] = host

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """The reactor's name resolver, without the addresses that may not be connected to.

    Set as Scrapy's TWISTED_DNS_RESOLVER; reads ALLOW_NETWORKS. `refused` keeps, for messages only, the
    last address refused for a host.
    """

    def __init__(self, reactor: Any, allowed: Sequence[str]) -> None:
        self._reactor = reactor
        self._resolver = reactor.nameResolver
        self.allowed = tuple(allowed)
        self.refused: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        return cls(reactor, crawler.settings.getlist("ALLOW_NETWORKS"))

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(self, receiver: Any, name: str, *args: Any, **more: Any) -> Any:  # noqa: N802
        checked = _PermittedOnly(receiver, self, name)
        return self._resolver.resolveHostName(checked, name, *args, **more)


class _Trusting:
    """The crawler as a handler sees it that verifies no certificates."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.settings = crawler.settings.copy()
        self.settings.frozen = False
        self.settings.set("DOWNLOAD_VERIFY_CERTIFICATES", False, priority="cmdline")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._crawler, name)


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's handler, which fetches nothing unless the guard is in place and says when it refused."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Connections of its own: one that was made without looking is not used by those who look.
        self._trusting = HTTP11DownloadHandler(cast("Crawler", _Trusting(crawler)))

    async def close(self) -> None:
        await super().close()
        await self._trusting.close()

    async def _download(self, request: Request) -> Response:
        hosts = getattr(self.crawler.spider, "hosts", None)
        if hosts is not None and urlparse_cached(request).hostname in hosts.unverified:
            return await self._trusting.download_request(request)
        return await super().download_request(request)

    async def download_request(self, request: Request) -> Response:
        from twisted.internet import reactor

        guard = reactor.nameResolver
        if not isinstance(guard, GuardedResolver) or request.meta.get("proxy"):
            raise AddressRefusedError("refused: the guard of addresses is not in place")
        try:
            return await self._download(request)
        except CannotResolveHostError:
            host = urlparse_cached(request).hostname or ""
            if host not in guard.refused:
                raise
            found = guard.refused[host]
            raise AddressRefusedError(f"refused: {host} is {found}, which is not a public address") from None
