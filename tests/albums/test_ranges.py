"""Ranges, entity tags and conditions as RFC 9110 wants them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import pytest
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from albums.ranges import UnsatisfiableRangeError, parse_range, ranged_response

BODY = b"0123456789"


def answer(
    method: str = "GET", body: bytes = BODY, headers: dict[str, str] | None = None, **kwargs: Any
) -> HttpResponseBase:
    request = RequestFactory().generic(method, "/", headers=headers or {})
    options: dict[str, Any] = {
        "size": len(body),
        "etag": "v1",
        "content_type": "video/mp4",
        "filename": "clip.mp4",
        "open_range": lambda start, stop: [body[start:stop]],
    }
    return ranged_response(request, **(options | kwargs))


def content(response: HttpResponseBase) -> bytes:
    if isinstance(response, StreamingHttpResponse):
        return b"".join(cast("Iterable[bytes]", response.streaming_content))
    return cast("bytes", response.content)  # type: ignore[attr-defined]


def test_a_plain_get_sends_everything_with_its_length() -> None:
    response = answer()
    assert (response.status_code, content(response)) == (200, BODY)
    assert response["Content-Length"] == "10"
    assert response["Accept-Ranges"] == "bytes"
    assert response["ETag"] == '"v1"'
    assert not response.has_header("Content-Range")


@pytest.mark.parametrize(
    ("header", "sent", "content_range"),
    [
        ("bytes=0-0", b"0", "bytes 0-0/10"),
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=0-", BODY, "bytes 0-9/10"),
        ("bytes=5-999999", b"56789", "bytes 5-9/10"),
        ("bytes=-999999", BODY, "bytes 0-9/10"),
        ("Bytes = 2 - 4", b"234", "bytes 2-4/10"),
    ],
)
def test_one_range_is_answered_with_206(header: str, sent: bytes, content_range: str) -> None:
    response = answer(headers={"Range": header})
    assert (response.status_code, content(response)) == (206, sent)
    assert response["Content-Range"] == content_range
    assert response["Content-Length"] == str(len(sent))


@pytest.mark.parametrize(
    "header",
    [
        "bytes=4-2",
        "bytes=-",
        "bytes=",
        "bytes",
        "bytes=a-b",
        "bytes=1.5-3",
        "bytes=0x1-3",
        "bytes=١-٢",
        "bytes=--3",
        "items=0-1",
        "bytes=0-1,4-5",
        "bytes=0-" + "9" * 5000,
        "",
    ],
)
def test_what_is_no_single_range_is_answered_with_the_whole(header: str) -> None:
    try:
        header.encode("latin-1")
    except UnicodeEncodeError:
        assert parse_range(header, 10) is None
        return
    response = answer(headers={"Range": header})
    assert (response.status_code, content(response)) == (200, BODY)


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=99-99", "bytes=-0"])
def test_a_range_behind_the_end_is_answered_with_416(header: str) -> None:
    response = answer(headers={"Range": header})
    assert (response.status_code, content(response)) == (416, b"")
    assert response["Content-Range"] == "bytes */10"


@pytest.mark.parametrize(("header", "status"), [("bytes=0-", 416), ("bytes=-5", 200), ("", 200)])
def test_an_empty_file_has_no_first_byte(header: str, status: int) -> None:
    response = answer(body=b"", headers={"Range": header})
    assert (response.status_code, content(response)) == (status, b"")


def test_head_tells_the_length_and_opens_nothing() -> None:
    def must_not_open(start: int, stop: int) -> list[bytes]:
        raise AssertionError("HEAD opened the file")

    response = answer("HEAD", headers={"Range": "bytes=2-4"}, open_range=must_not_open)
    assert (response.status_code, content(response)) == (200, b"")
    assert response["Content-Length"] == "10"
    assert response["ETag"] == '"v1"'


@pytest.mark.parametrize(
    ("if_range", "status"),
    [('"v1"', 206), ('"v2"', 200), ('W/"v1"', 200), ("v1", 200), ("Sat, 20 Jun 2026 18:03:11 GMT", 200)],
)
def test_a_download_resumes_only_if_the_bytes_are_the_same(if_range: str, status: int) -> None:
    assert answer(headers={"Range": "bytes=2-4", "If-Range": if_range}).status_code == status


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("if_none_match", "status"),
    [('"v1"', 304), ('W/"v1"', 304), ('"v0", "v1"', 304), ("*", 304), ('"v2"', 200)],
)
def test_a_cached_copy_is_confirmed_with_304(method: str, if_none_match: str, status: int) -> None:
    response = answer(method, headers={"If-None-Match": if_none_match}, cache_control="private, max-age=60")
    assert response.status_code == status
    assert response["ETag"] == '"v1"'
    assert response["Cache-Control"] == "private, max-age=60"


def test_304_comes_before_416() -> None:
    assert answer(headers={"If-None-Match": '"v1"', "Range": "bytes=99-"}).status_code == 304


@pytest.mark.parametrize(
    ("if_match", "status"), [('"v1"', 200), ('"v0", "v1"', 200), ("*", 200), ('"v2"', 412), ('W/"v1"', 412)]
)
def test_if_match_refuses_other_bytes(if_match: str, status: int) -> None:
    assert answer(headers={"If-Match": if_match}).status_code == status


def test_media_can_run_no_script_and_is_never_sniffed() -> None:
    response = answer()
    assert response["Content-Security-Policy"] == "sandbox allow-same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("disposition", "filename", "header"),
    [
        ("inline", "clip.mp4", 'inline; filename="clip.mp4"'),
        ("attachment", 'a"b.jpg', 'attachment; filename="a\\"b.jpg"'),
        ("attachment", "ĝojo.jpg", "attachment; filename*=utf-8''%C4%9Dojo.jpg"),
        ("attachment", "a\r\nSet-Cookie: x.jpg", 'attachment; filename="a__Set-Cookie: x.jpg"'),
        ("inline", "", "inline"),
    ],
)
def test_the_file_name_reaches_the_browser_unharmed(disposition: str, filename: str, header: str) -> None:
    assert answer(disposition=disposition, filename=filename)["Content-Disposition"] == header


def test_the_proxy_sends_local_files_where_it_is_told_to(settings: Settings) -> None:
    settings.X_ACCEL_PREFIX = "/protected/"
    response = answer(
        internal_name="rooms/1/ĝojo 1.mp4", headers={"Range": "bytes=2-4", "If-Match": '"nginx"'}
    )
    assert (response.status_code, content(response)) == (200, b"")
    assert response["X-Accel-Redirect"] == "/protected/rooms/1/%C4%9Dojo%201.mp4"
    assert response["Content-Type"] == "video/mp4"
    assert not response.has_header("ETag")


def test_without_a_file_name_or_a_prefix_django_sends_the_bytes(settings: Settings) -> None:
    assert content(answer(internal_name="rooms/1/a.mp4")) == BODY
    settings.X_ACCEL_PREFIX = "/protected/"
    assert content(answer()) == BODY


def test_the_stream_is_closed_with_the_response_even_if_nobody_read_it() -> None:
    class Stream:
        is_closed = False

        def __iter__(self) -> Iterator[bytes]:
            return iter([BODY])

        def close(self) -> None:
            self.is_closed = True

    stream = Stream()
    answer(open_range=lambda start, stop: stream).close()
    assert stream.is_closed


@given(st.text(max_size=15) | st.from_regex(r"bytes=\d{0,4}-\d{0,4}", fullmatch=True), st.integers(0, 2000))
def test_whatever_the_header_says_the_range_is_inside(header: str, size: int) -> None:
    try:
        wanted = parse_range(header, size)
    except UnsatisfiableRangeError:
        return
    if wanted is not None:
        assert 0 <= wanted[0] < wanted[1] <= size
