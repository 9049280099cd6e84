from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from albums import faces_policy
from albums.errors import AlbumError, NameTaken
from albums.models import Face, Person, PersonChange, Photo
from albums.notices import say
from albums.permissions import Action
from albums.said import in_words
from albums.search import number
from albums.services import people as services
from albums.services.downloads import album_size
from albums.views.consent import ask_first
from albums.views.doubts import likely_photos, question_notice
from albums.views.listings import Listing, grid_page
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room

PEOPLE_ON_PAGE = 120
NAMES_OFFERED = 500
FACES_SHOWN = 60


def say_change(request: HttpRequest, place: Place, change: PersonChange | None) -> None:
    """What was done to people, with its Undo."""
    if change:
        undo_url = reverse("albums:change_undo", args=[place.room.pk, change.pk])
        say(request, f"{in_words(change.summary)}.", undo_url=undo_url)


def person_of(place: Place, person_id: int) -> Person:
    people = place.room.people.seen_by(place.user).select_related("cover", "user")
    return get_object_or_404(people, pk=person_id)


@in_room()
def people_page(request: HttpRequest, place: Place) -> HttpResponse:
    shows_hidden = "hidden" in request.GET
    people = place.room.people.current(place.user)
    hidden_count = people.filter(is_hidden=True).count()
    shown = people.filter(is_hidden=True) if shows_hidden else people.filter(is_hidden=False)
    page = Paginator(shown.for_strip(), PEOPLE_ON_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "hidden_count": hidden_count, "shows_hidden": shows_hidden}
    context["me"] = place.room.people.filter(user=place.user).first()
    context["mode"] = faces_policy.describe(place.room)
    context["questions"] = None if shows_hidden else question_notice(place)
    return render_room(request, place, "albums/people.html", "people", **context)


@in_room()
def person_page(request: HttpRequest, place: Place, person_id: int) -> HttpResponse:
    person = person_of(place, person_id)
    if person.merged_into_id:
        return redirect("albums:person", place.room.pk, person.merged_into_id)
    listing = Listing(people=(person.pk,))
    page = grid_page(listing, place.room, place.user, request.GET)
    photos = (
        Photo.objects.filter(room=place.room).in_albums().of_person(person.pk)
    )  # none when all faces have gone
    same = number(request.GET.get("same", ""))
    return render_room(
        request,
        place,
        "albums/person.html",
        "people",
        person=person,
        page=page,
        size=album_size(photos),
        namesake=place.room.people.seen_by(place.user)
        .filter(pk=same, merged_into=None)
        .select_related("cover")
        .first()
        if same
        else None,
        is_anybody_me=place.room.people.filter(user=place.user).exists(),
        likely=likely_photos(place, person),
    )


@in_room()
def person_faces(request: HttpRequest, place: Place, person_id: int) -> HttpResponse:
    """All faces of a person, to take wrong ones out or to choose the cover."""
    person = person_of(place, person_id)
    faces = Face.objects.filter(person=person).present().select_related("photo").order_by("-score", "id")
    page = Paginator(faces, FACES_SHOWN).get_page(request.GET.get("page"))
    return render_room(request, place, "albums/person_faces.html", "people", person=person, page=page)


@in_room(Action.EDIT_PEOPLE)
@deed
def person_name(request: HttpRequest, place: Place, person_id: int) -> HttpResponse:
    """Name somebody; a name that is taken leads to the question whether the two are the same."""
    person = person_of(place, person_id)
    is_same = "merge" in request.POST
    try:
        change = services.name_person(
            user=place.user, person=person, name=request.POST.get("name", ""), merge=is_same
        )
    except NameTaken as taken:
        namesake = getattr(taken.person, "pk", "")
        return redirect(f"{person.get_absolute_url()}?same={namesake}")
    say_change(request, place, change)
    if "next" in request.POST:
        return go_back(request, "albums:people", place.room.pk)
    return redirect(person)


@in_room(Action.EDIT_PEOPLE)
@deed
def people_merge(request: HttpRequest, place: Place) -> HttpResponse:
    """Those chosen are one person; the one with a name and the most photos keeps its page."""
    pks = [pk for value in request.POST.getlist("people") if (pk := number(value))]
    people = list(place.room.people.current(place.user).filter(pk__in=pks).for_strip())
    if len(people) < 2:
        raise AlbumError("Choose at least two people to merge.")
    change = services.merge_people(user=place.user, into=people[0], others=people[1:])
    say_change(request, place, change)
    return redirect(people[0])


@in_room(Action.EDIT_PEOPLE)
@deed
def person_hide(request: HttpRequest, place: Place, person_id: int) -> HttpResponse:
    is_hidden = request.POST.get("is_hidden") == "1"
    change = services.hide_person(user=place.user, person=person_of(place, person_id), is_hidden=is_hidden)
    say_change(request, place, change)
    return redirect("albums:people", place.room.pk)


@in_room(Action.EDIT_PEOPLE)
@deed
def person_refuse(request: HttpRequest, place: Place, person_id: int) -> HttpResponse:
    """Not this person: chosen faces, or this person's faces on chosen photos."""
    person = person_of(place, person_id)
    faces = [pk for value in request.POST.getlist("faces") if (pk := number(value))]
    if photos := chosen_photos(request):
        faces += Face.objects.filter(person=person, photo__in=photos).values_list("pk", flat=True)
    change = services.refuse_faces(user=place.user, person=person, face_ids=faces)
    say_change(request, place, change)
    return go_back(request, "albums:person", place.room.pk, person.pk)


@in_room(Action.EDIT_PEOPLE)
@deed
def person_cover(request: HttpRequest, place: Place, person_id: int) -> HttpResponse:
    person = person_of(place, person_id)
    face = get_object_or_404(
        place.room.faces.seen_by(place.user), pk=number(request.POST.get("faces", "")) or 0
    )
    services.choose_cover(user=place.user, person=person, face=face)
    say(request, f"{person.label} is shown with this face now.")
    return redirect(person)


@in_room(Action.CLAIM_PERSON)
@deed
def person_claim(request: HttpRequest, place: Place, person_id: int) -> HttpResponse:
    """This is me, or not any more."""
    person = person_of(place, person_id)
    if "release" in request.POST:
        say_change(request, place, services.release_person(user=place.user, person=person))
        return redirect("albums:mine", place.room.pk)
    if first := ask_first(place, None, person=person.pk):
        return first
    say_change(request, place, services.claim_person(user=place.user, person=person))
    return redirect("albums:mine", place.room.pk)


@in_room(Action.EDIT_PEOPLE)
@deed
def face_name(request: HttpRequest, place: Place, face_id: int) -> HttpResponse:
    """Say who a face is: names the group it lies in, or moves this face alone where the group is somebody else."""
    face = get_object_or_404(place.room.faces.seen_by(place.user).select_related("person"), pk=face_id)
    name = request.POST.get("name", "").strip()
    if not name:
        raise AlbumError("Type a name first.")
    if face.person and not face.person.name:
        change = services.name_person(user=place.user, person=face.person, name=name, merge=True)
    else:
        change = services.move_faces(user=place.user, room=place.room, face_ids=[face.pk], to=None, name=name)
    say_change(request, place, change)
    return go_back(request, "albums:photo", place.room.pk, face.photo_id)


@in_room()
def people_names(request: HttpRequest, place: Place) -> HttpResponse:
    """The named people of a room for the field that offers names while one types."""
    people = place.room.people.named(place.user).select_related("cover").order_by("name")[:NAMES_OFFERED]
    found = [{"id": person.pk, "name": person.name, "face": crop_url(person.cover)} for person in people]
    return JsonResponse({"people": found})


def crop_url(face: Face | None) -> str:
    return reverse("albums:face_crop", args=[face.room_id, face.pk]) if face and face.crop else ""
