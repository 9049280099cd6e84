"""Many small answers in a row: a script gets JSON and goes on at once, a plain form gets the page that it came from."""

from __future__ import annotations

from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from albums.errors import AlbumError
from albums.models import PersonChange
from albums.notices import say_problem
from albums.said import in_words
from albums.views.people import say_change
from albums.views.places import Place, View, go_back


def is_script(request: HttpRequest) -> bool:
    return not request.accepts("text/html")


def answer(view: View) -> View:
    """What a button says about faces: POST only; what can't be done is said as a message, or to a script as an error."""

    @require_POST
    @wraps(view)
    def take(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except AlbumError as error:
            if is_script(request):
                body = {"error": {"code": error.code, "message": str(error), "fields": {}}}
                return JsonResponse(body, status=error.status)
            say_problem(request, str(error))
            return go_back(request, "albums:rooms")

    return take


def taken(
    request: HttpRequest, place: Place, *changes: PersonChange | None, to: str, **more: object
) -> HttpResponse:
    """The answer was taken: for a script what it changed, in order, and `more`; else on to the page `to`."""
    made = [change for change in changes if change]
    if is_script(request):
        said = " ".join(f"{in_words(change.summary)}." for change in made)
        return JsonResponse({"changes": [change.pk for change in made], "said": said} | more)
    for change in made:
        say_change(request, place, change)
    return redirect(to)
