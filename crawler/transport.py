"""Scrapy's way onto the wire, with our bounds: whom a connection is made to, and how large the head of an answer is.

Scrapy 2.19 fetches http and https through Twisted's Agent: a HostnameEndpoint asks the resolver, then tries the
addresses of the answer with `reactor.connectTCP`, IP literals as well. That call is where `GatedReactor` looks: the
address that is judged is the one that is connected to. Proxies of the environment are not used, for behind one the
address that is reached is not ours to judge.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import normalize_bind_address, wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IReactorPluggableNameResolver, ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import BODY
from twisted.web.client import Agent
from twisted.web.http_headers import InvalidHeaderName
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler import gate
from crawler.middlewares import Refused, reach_of

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress

HEAD_MOST = 128 * 1024
"""Bytes of an answer's head, all that comes before its body (interim 1xx answers too); browsers take 256 kB."""


class HeadTooLarge(Exception):
    """The head of an answer does not end."""


class Handler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, through the gate; where its inner parts change, it fails and asks nobody."""

    def __init__(self, crawler: Crawler):
        super().__init__(crawler)
        self._gate = gate.of_setting(crawler.settings.get(gate.SETTING))
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """Fetch as Scrapy does. Raises Refused where the host turns out to lie inside."""
        agent = _Agent(
            self._gate,
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class _Agent(_ScrapyAgent):
    def __init__(self, public: gate.Gate, **arguments: Any):
        super().__init__(**arguments)
        self._gate = public

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        from twisted.internet import reactor

        host, reach = urlsplit(request.url).hostname or "", reach_of(request)

        def refuses(address: str, port: int) -> str | None:
            return self._gate.refuses_address(host, address, port, reach)

        return Agent(  # type: ignore[no-untyped-call]
            GatedReactor(reactor, refuses),
            self._contextFactory,
            connectTimeout=timeout,
            bindAddress=normalize_bind_address(self._bindAddress),
            pool=self._pool,
        )


@implementer(IReactorPluggableNameResolver)
class GatedReactor:
    """The reactor for one request: all as ever, but a connection is only made where `refuses` is silent."""

    def __init__(self, reactor: Any, refuses: Callable[[str, int], str | None]):
        self._reactor = reactor
        self._refuses = refuses

    def __getattr__(self, name: str) -> Any:
        """Give everything else of the reactor."""
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, *arguments: Any, **named: Any) -> Any:  # noqa: N802  # Twisted's name
        """Connect to an IP address. Raises Refused where it is not public."""
        reason = self._refuses(host, port)
        if reason is not None:
            raise Refused("skipped", reason)
        return self._reactor.connectTCP(host, port, *arguments, **named)


class _Parser(_LenientHTTPClientParser):
    """Scrapy's, that also skips lines whose name is no header's."""

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802  # Twisted's name
        with suppress(InvalidHeaderName):
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]


class _Protocol(_LenientHTTP11ClientProtocol):
    """Scrapy's, with an end to the head, and no trust in a body that a reset cut off."""

    _head_bytes = 0

    def request(self, request: Any) -> Any:
        self._head_bytes = 0
        answer = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = _Parser
            self._parser.MAX_LENGTH = 2 * HEAD_MOST  # of a line; Twisted's 16 kB end the connection without a word
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's name
        if self._parser is not None and self._parser.state != BODY:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_MOST + 65536:  # what comes at once may bring the body along
                trouble = HeadTooLarge(f"the head of the answer is larger than {HEAD_MOST:,} bytes")
                self._giveUp(Failure(trouble))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802  # Twisted's name
        """A body without a length ends with the connection; with a reset, it does not end but breaks off.

        Not so under TLS, where many servers close without a word.
        """
        decoder: Any = getattr(self._parser, "bodyDecoder", None)
        is_reset = isinstance(reason.value, ConnectionLost) and not ISSLTransport.providedBy(self.transport)
        if is_reset and getattr(decoder, "contentLength", 0) is None:
            decoder.contentLength = 1  # there was more to come
        super().connectionLost(reason)  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802, ARG002  # Twisted's
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
