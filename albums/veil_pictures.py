"""What people see in the place of a picture that they may not see: a quiet drawing in place of a broken picture.

Such an answer is a 404 like any other, with a picture as its body, which browsers show. While a blurred copy is being made,
static/js/veiled.js asks again and puts it in its place.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from albums.models import Photo

SIDE_PX = 1280  # of a photo whose shape is not known
PHOTO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    '<rect width="100%" height="100%" fill="{color}"/><rect width="100%" height="100%" fill="#1c1b1a" fill-opacity=".45"/>'
    '<svg x="{x}" y="{y}" width="{side}" height="{side}" viewBox="0 0 24 24" fill="none" stroke="#fff" stroke-opacity=".8" '
    'stroke-width="1.25" stroke-linecap="round" stroke-linejoin="round">{drawing}</svg></svg>'
)
EYE_OFF = (  # Lucide's "eye-off", ISC
    '<path d="M10.733 5.076a10.744 10.744 0 0 1 11.205 6.575 1 1 0 0 1 0 .696 10.747 10.747 0 0 1-1.444 2.490"/>'
    '<path d="M14.084 14.158a3 3 0 0 1-4.242-4.242"/>'
    '<path d="M17.479 17.499a10.750 10.750 0 0 1-15.417-5.151 1 1 0 0 1 0-.696 10.750 10.750 0 0 1 4.446-5.143"/>'
    '<path d="m2 2 20 20"/>'
)
FACE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 24 24">'
    '<rect width="24" height="24" fill="#b5aea4"/><circle cx="12" cy="9.5" r="4" fill="#fff" fill-opacity=".75"/>'
    '<path d="M4 24c0-5 3.500-8 8-8s8 3 8 8z" fill="#fff" fill-opacity=".75"/></svg>'
)


def wants_picture(request: HttpRequest) -> bool:
    """Whether a browser asks for something to put into a page, and not for a file, a page or JSON."""
    kind = request.headers.get("Sec-Fetch-Dest", "")
    if kind:
        return kind == "image"
    accept = request.headers.get("Accept", "")
    return "image/" in accept and "text/html" not in accept


def photo_in_waiting(photo: Photo) -> HttpResponse:
    """In the shape of the photo and in its main color: nothing of it can be seen."""
    width, height = photo.shown_width or SIDE_PX, photo.shown_height or SIDE_PX
    side = min(width, height) // 5
    return _drawing(
        PHOTO.format(
            width=width,
            height=height,
            color=photo.color,
            side=side,
            x=(width - side) // 2,
            y=(height - side) // 2,
            drawing=EYE_OFF,
        )
    )


def hidden_face() -> HttpResponse:
    return _drawing(FACE)


def _drawing(svg: str) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(svg, content_type="image/svg+xml", status=404, headers=headers)
