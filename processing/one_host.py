"""Requests of geopy that reach the one server that an administrator named, and no other."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, build_opener

from geopy.adapters import URLLibAdapter
from geopy.exc import GeocoderServiceError

MOST_BYTES = 256 * 1024


class NoRedirects(HTTPRedirectHandler):
    """A server that sends elsewhere has failed: elsewhere may be inside our own network."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow nothing."""


class OneHostAdapter(URLLibAdapter):
    """geopy's own adapter, held to one host, without redirects, with answers of a bounded size.

    Args:
        host: name and, if given, port, as in the address of the server.
    """

    def __init__(self, *, host: str, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._host = host
        proxy = ProxyHandler(proxies) if proxies else ProxyHandler()
        self.urlopen = build_opener(HTTPSHandler(context=ssl_context), proxy, NoRedirects).open

    def get_text(self, url: str, *, timeout: float, headers: Any) -> str:
        """Fetch a page of the host.

        Raises:
            GeocoderServiceError: another host, or whatever else went wrong.
        """
        parts = urlsplit(url)
        if parts.netloc != self._host or parts.scheme not in ("http", "https"):
            raise GeocoderServiceError(f"requests go to {self._host} only")
        return str(super().get_text(url, timeout=timeout, headers=headers))

    def _decode_page(self, page: Any) -> str:
        data = page.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise GeocoderServiceError("the answer is too long")
        return str(data, page.headers.get_content_charset() or "utf-8", errors="replace")
