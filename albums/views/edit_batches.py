"""Many photos edited at once: begun from a grid, watched, stopped, undone; and recipes with a name."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import F, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from albums import edit_lists, edits_under_way
from albums.errors import AlbumError
from albums.models import Edit, EditBatch, EditPreset, Photo
from albums.models.edits import EditOrigin, EditState
from albums.notices import say
from albums.permissions import Action
from albums.services import edit_batches as services
from albums.services import edit_presets, edit_reversal
from albums.views.listings import number
from albums.views.places import Place, chosen_photos, deed, go_back, in_room, render_room
from albums.views.times import PHOTOS_SHOWN, ordered_ids, shown_photos

BATCHES_ON_PAGE = 20
FAILED_SHOWN, MOST_FAILED = 12, 500  # of one batch; of all on the page
QUARTERS = {"right": 1, "over": 2, "left": 3}


@dataclass(slots=True)
class Card:
    """A batch as the page shows it."""

    batch: Any  # an EditBatch with its counts
    cover: Photo | None = None
    failed: list[Edit] = field(default_factory=list)  # some; not those that somebody has edited since
    seconds_left: int | None = None
    is_latest: bool = True  # of some of its photos nobody has decided otherwise since

    @property
    def finished(self) -> int:
        return int(self.batch.total - self.batch.waiting)

    @property
    def more_failed(self) -> int:
        """How many of those that failed are not named."""
        return max(0, int(self.batch.failed) - FAILED_SHOWN)

    @property
    def steps(self) -> str:
        """What was pasted, in words."""
        return edit_lists.steps_in_words(self.batch.recipe)

    @property
    def may_cancel(self) -> bool:
        return bool(self.batch.waiting) and self.batch.undone_at is None

    @property
    def may_undo(self) -> bool:
        return self.is_latest and self.batch.undone_at is None


@in_room(Action.EDIT_PHOTOS)
def edits_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Batches, the latest first; asked for again by itself while one of them is under way."""
    rows = EditBatch.objects.filter(room=place.room).select_related("author").order_by("-created_at")
    shown = Paginator(rows, BATCHES_ON_PAGE).get_page(request.GET.get("page"))
    cards = cards_of(list(shown.object_list))
    presets = list(edit_presets.presets_for(place.user, place.room))
    return render_room(
        request,
        place,
        "albums/edits.html",
        "edits",
        page=shown,
        cards=cards,
        is_busy=any(card.batch.waiting for card in cards),
        presets=[(one, edit_lists.steps_in_words(one.recipe)) for one in presets],
        may_change_all=Action.CHANGE_ROOM in place.can,
    )


def cards_of(batches: Sequence[EditBatch]) -> list[Card]:
    """With their counts, a photo of each and what has failed: in a few queries whatever their number."""
    ids = [batch.pk for batch in batches]
    rows = edit_lists.with_counts(EditBatch.objects.filter(pk__in=ids)).annotate(first=Min("edits__photo"))
    counted: dict[UUID, Any] = {row.pk: row for row in rows}
    covers = Photo.objects.with_files().in_bulk([row.first for row in counted.values() if row.first])
    failed: dict[UUID, list[Edit]] = defaultdict(list)
    troubled = [row.pk for row in counted.values() if row.failed]
    edits = Edit.objects.filter(batch__in=troubled, state=EditState.FAILED, photo__edit=F("pk"))
    for edit in edits.select_related("photo__room").order_by("pk")[:MOST_FAILED] if troubled else ():
        if edit.batch_id and len(failed[edit.batch_id]) < FAILED_SHOWN:
            failed[edit.batch_id].append(edit)
    latest = set(Photo.objects.filter(edit__batch__in=ids).order_by().values_list("edit__batch", flat=True))
    left = edits_under_way.seconds_left_of_each(
        {pk: row.waiting for pk, row in counted.items() if row.waiting}
    )
    return [
        Card(
            batch=counted[pk],
            cover=covers.get(counted[pk].first or 0),
            failed=failed.get(pk, []),
            seconds_left=left.get(pk),
            is_latest=pk in latest,
        )
        for pk in ids
    ]


@in_room()
def edits_progress(request: HttpRequest, place: Place) -> HttpResponse:
    """The line above a grid; asked for again by itself while something is under way."""
    return render(request, "albums/_edits_under_way.html", {"room": place.room, "can": place.can})


@in_room(Action.EDIT_PHOTOS)
@deed
def edits_new(request: HttpRequest, place: Place) -> HttpResponse:
    """Begin what a button of the selection bar says."""
    chosen = set(chosen_photos(request))
    batch = begin(place, chosen, request.POST)
    say_begun(request, place, batch, left_out=len(chosen) - batch.total)
    return go_back(request, "albums:room", place.room.pk)


def begin(place: Place, photo_ids: Collection[int], fields: Any) -> EditBatch:
    given: dict[str, Any] = {"user": place.user, "room": place.room, "photo_ids": photo_ids}
    wanted = fields.get("deed", "")
    if wanted == "enhance":
        return services.enhance_many(**given)
    if wanted == "revert":
        return services.revert_many(**given)
    if wanted in QUARTERS:
        return services.turn_many(**given, quarters=QUARTERS[wanted])
    if wanted == "paste":
        try:
            recipe = json.loads(fields.get("recipe", ""))
        except (ValueError, RecursionError) as error:
            raise AlbumError(_("Nothing was copied yet. Copy the edits of a photo first.")) from error
        return services.paste(**given, recipe=recipe)
    preset = number(fields.get("preset", ""))
    if wanted == "preset" and preset:
        return services.paste(**given, preset_id=preset)
    raise AlbumError(_("Choose what is to be done to these photos."))


def say_begun(request: HttpRequest, place: Place, batch: EditBatch, left_out: int) -> None:
    """With the way to watch it and the way back."""
    count = batch.total
    if batch.origin == EditOrigin.REVERT:
        text = ngettext(
            "%(count)s photo shows its original again.", "%(count)s photos show their originals again.", count
        )
    else:
        text = ngettext("Editing %(count)s photo.", "Editing %(count)s photos.", count)
    text %= {"count": count}
    if left_out:
        rest = ngettext("%(count)s stays as it is.", "%(count)s stay as they are.", left_out)
        text = f"{text} {rest % {'count': left_out}}"
    say(
        request,
        text,
        undo_url=reverse("albums:edits_undo", args=[place.room.pk, batch.pk]),
        watch_url=reverse("albums:edits", args=[place.room.pk]) if batch.origin != EditOrigin.REVERT else "",
    )


@in_room(Action.EDIT_PHOTOS)
def edits_choose(request: HttpRequest, place: Place) -> HttpResponse:
    """Which preset is for the chosen photos: asked here."""
    keys = ordered_ids(place.room, chosen_photos(request))
    presets = list(edit_presets.presets_for(place.user, place.room))
    return render_room(
        request,
        place,
        "albums/edits_choose.html",
        "photos",
        photos=shown_photos(keys[:PHOTOS_SHOWN]),
        keys=keys,
        presets=[(one, edit_lists.steps_in_words(one.recipe)) for one in presets],
        back=request.POST.get("next") or request.headers.get("Referer", ""),
    )


def batch_of(place: Place, batch_id: UUID) -> EditBatch:
    return get_object_or_404(EditBatch.objects.filter(room=place.room).select_related("room"), pk=batch_id)


@in_room(Action.EDIT_PHOTOS)
@deed
def edits_cancel(request: HttpRequest, place: Place, batch_id: UUID) -> HttpResponse:
    edit_reversal.cancel(user=place.user, batch=batch_of(place, batch_id))
    say(request, _("Stopped. What was done already stays; undo takes it back, too."))
    return go_back(request, "albums:edits", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def edits_undo(request: HttpRequest, place: Place, batch_id: UUID) -> HttpResponse:
    edit_reversal.undo(user=place.user, batch=batch_of(place, batch_id))
    say(request, _("Undone: these photos look as before, except those that somebody has edited since."))
    return go_back(request, "albums:edits", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def edits_retry(request: HttpRequest, place: Place, batch_id: UUID) -> HttpResponse:
    count = edit_reversal.try_again(user=place.user, batch=batch_of(place, batch_id))
    text = ngettext("%(count)s photo is tried again.", "%(count)s photos are tried again.", count)
    say(request, text % {"count": count})
    return go_back(request, "albums:edits", place.room.pk)


def preset_of(place: Place, preset_id: int) -> EditPreset:
    return get_object_or_404(edit_presets.presets_for(place.user, place.room), pk=preset_id)


@in_room(Action.EDIT_PHOTOS)
@deed
def preset_name(request: HttpRequest, place: Place, preset_id: int) -> HttpResponse:
    preset = preset_of(place, preset_id)
    name = request.POST.get("name", "")
    edit_presets.rename_preset(user=place.user, room=place.room, preset=preset, name=name)
    say(request, _("The preset has its new name."))
    return go_back(request, "albums:edits", place.room.pk)


@in_room(Action.EDIT_PHOTOS)
@deed
def preset_delete(request: HttpRequest, place: Place, preset_id: int) -> HttpResponse:
    preset = preset_of(place, preset_id)
    edit_presets.delete_preset(user=place.user, room=place.room, preset=preset)
    say(request, _("The preset is deleted. Photos that it was used for stay as they are."))
    return go_back(request, "albums:edits", place.room.pk)
