"""Bytes over HTTP as RFC 9110 wants them: ranges, entity tags, conditions, HEAD.

Django's own FileResponse answers 200 to a Range request, so a video can't be wound and a download can't resume.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags

PRIVATE_FOREVER = "private, max-age=31536000, immutable"
PRIVATE_CHECKED = "private, no-cache"
# No script, form or plug-in ever runs. Without its own origin Chromium would not play a video opened in a tab of its own.
SANDBOX = "sandbox allow-same-origin"

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*([0-9]{0,19})\s*-\s*([0-9]{0,19})\s*", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f]")

OpenRange = Callable[[int, int], Iterable[bytes]]


class UnsatisfiableRangeError(ValueError):
    """The range is well-formed but begins behind the last byte."""


def ranged_response(
    request: HttpRequest,
    *,
    size: int,
    etag: str,
    content_type: str,
    filename: str,
    open_range: OpenRange,
    disposition: Literal["inline", "attachment"] = "inline",
    cache_control: str = PRIVATE_CHECKED,
    internal_name: str = "",
) -> HttpResponseBase:
    """Answer a GET or HEAD for bytes of known length.

    `open_range(start, stop)` is called only if bytes are really sent; if its answer has `close()`, that is called when the
    response ends, even if nobody read it. `etag` comes without quotation marks. `internal_name` is the file's name in the
    local storage: where X_ACCEL_PREFIX is set, the proxy sends that file itself, ranges and conditions included.
    """
    headers = {
        "Content-Type": content_type,
        "Content-Disposition": _disposition(disposition, filename),
        "Cache-Control": cache_control,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": SANDBOX,
    }
    if internal_name and settings.X_ACCEL_PREFIX:
        path = settings.X_ACCEL_PREFIX.rstrip("/") + "/" + quote(internal_name)
        return HttpResponse(headers=headers | {"X-Accel-Redirect": path})
    headers |= {"ETag": f'"{etag}"', "Accept-Ranges": "bytes"}
    if (status := _failed_condition(request, f'"{etag}"')) is not None:
        return HttpResponse(status=status, headers=_without_body(headers))
    try:
        wanted = _wanted_range(request, size, f'"{etag}"')
    except UnsatisfiableRangeError:
        return HttpResponse(status=416, headers=_without_body(headers) | {"Content-Range": f"bytes */{size}"})
    start, stop = wanted or (0, size)
    headers["Content-Length"] = str(stop - start)
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    if wanted is None:
        return StreamingHttpResponse(open_range(0, size), headers=headers)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return StreamingHttpResponse(open_range(start, stop), status=206, headers=headers)


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Read a Range header as (start, stop), stop exclusive.

    None stands for the whole: no header, another unit, several ranges (one answer is allowed to ignore them) or nonsense.
    """
    match = _ONE_RANGE.fullmatch(header)
    if match is None:
        return None
    first, last = match.groups()
    if first:
        if last and int(last) < int(first):
            return None
        if int(first) >= size:
            raise UnsatisfiableRangeError(header)
        return int(first), min(int(last) + 1, size) if last else size
    if not last:
        return None
    if int(last) == 0:
        raise UnsatisfiableRangeError(header)
    return (max(size - int(last), 0), size) if size else None


def _wanted_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    if request.method != "GET":
        return None
    # Strong comparison; a date never matches, as we send no Last-Modified that it could come from.
    if request.headers.get("If-Range", etag).strip() != etag:
        return None
    return parse_range(request.headers.get("Range", ""), size)


def _failed_condition(request: HttpRequest, etag: str) -> int | None:
    """The status that ends the request before any body, in RFC 9110's order (13.2.2)."""
    if (if_match := request.headers.get("If-Match")) is not None:
        tags = parse_etags(if_match)
        if etag not in tags and tags != ["*"]:
            return 412
    if (if_none_match := request.headers.get("If-None-Match")) is not None:
        tags = [tag.removeprefix("W/") for tag in parse_etags(if_none_match)]
        if etag in tags or tags == ["*"]:
            return 304
    return None


def _without_body(headers: dict[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in ("ETag", "Cache-Control", "Accept-Ranges")}


def _disposition(disposition: Literal["inline", "attachment"], filename: str) -> str:
    name = _INVISIBLE.sub("_", filename)
    return content_disposition_header(disposition == "attachment", name) or disposition
