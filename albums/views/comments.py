"""Comments below a photo: a page of their own, which is also the part that the viewer shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from albums.cursors import cursor_at, parse_cursor
from albums.errors import AlbumError
from albums.models import Comment, Photo
from albums.notices import say
from albums.permissions import Action
from albums.reactions import comments_of, likes_of
from albums.services import comments as services
from albums.views.places import Place, deed, go_back, in_room, render_room


def talk_of(
    photo: Photo, place: Place, before: str = "", typed: str = "", problem: str = ""
) -> dict[str, Any]:
    """What the template _comments.html shows."""
    if Action.COMMENT not in place.can:
        return {"is_off": True}
    page = comments_of(photo, parse_cursor(before))
    earlier = page.earlier
    return {
        "page": page,
        "likes": likes_of(photo, place.user),
        "earlier": cursor_at(earlier.created_at, earlier.pk) if earlier else "",
        "deletable": {one.pk for one in page.comments if may_delete(one, place)},
        "typed": typed,
        "problem": problem,
        "longest": services.LONGEST_COMMENT,
    }


def may_delete(comment: Comment, place: Place) -> bool:
    return place.role == "owner" or (comment.author_id is not None and comment.author_id == place.user.pk)


@in_room(Action.COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def photo_comments(request: HttpRequest, place: Place, photo_id: int) -> HttpResponse:
    """Read what was said, say something."""
    photos = place.room.photos.present().with_files()
    photo = get_object_or_404(photos, pk=photo_id)
    typed = problem = ""
    if request.method == "POST":
        typed = request.POST.get("text", "")
        try:
            services.add_comment(user=place.user, photo=photo, text=typed)
        except AlbumError as error:
            problem = str(error)
        else:
            return go_back(request, "albums:photo_comments", place.room.pk, photo.pk)
    talk = talk_of(photo, place, request.GET.get("before", ""), typed, problem)
    response = render_room(request, place, "albums/comments.html", photo=photo, talk=talk)
    response.status_code = 400 if problem else 200
    return response


@in_room()
@deed
def comment_delete(request: HttpRequest, place: Place, comment_id: int) -> HttpResponse:
    comment = get_object_or_404(place.room.comments.select_related("room"), pk=comment_id)
    services.delete_comment(user=place.user, comment=comment)
    say(
        request,
        _("Comment deleted."),
        undo_url=reverse("albums:comment_restore", args=[place.room.pk, comment.pk]),
    )
    return go_back(request, "albums:photo_comments", place.room.pk, comment.photo_id)


@in_room()
@deed
def comment_restore(request: HttpRequest, place: Place, comment_id: int) -> HttpResponse:
    comment = get_object_or_404(place.room.comments.select_related("room"), pk=comment_id)
    services.restore_comment(user=place.user, comment=comment)
    return redirect("albums:photo_comments", place.room.pk, comment.photo_id)
