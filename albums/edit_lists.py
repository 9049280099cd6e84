"""What was done to photos, read for pages and API: versions, batches, operations in words."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from accounts.models import User
from albums import veils
from albums.commas import with_commas
from albums.models import Edit, EditBatch, Face, Photo, Room, TurnProposal
from albums.models.edits import STAND_IN, EditState, TurnState
from processing import registry
from processing.operation import GROUPS, Operation, usual_place
from processing.recipes import Recipe

VERSIONS_SHOWN = 50


def operations_in_words() -> list[dict[str, Any]]:
    """All operations in the usual order, in the reader's language."""
    known = sorted(registry.operations().items(), key=lambda item: (usual_place(item[1]), item[0]))
    return [_operation(name, operation) for name, operation in known]


def _operation(name: str, operation: Operation) -> dict[str, Any]:
    return {
        "name": name,
        "label": gettext(operation.label),
        "group": operation.group,
        "group_label": gettext(GROUPS[operation.group]),
        "rank": operation.rank,
        "icon": operation.icon,
        "version": operation.version,
        "is_in_browser": operation.is_in_browser,
        "can_suggest": hasattr(operation, "suggest"),
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
    }


def _parameter(parameter: Any) -> dict[str, Any]:
    described = parameter.describe()
    if "options" in described:
        described["options"] = [
            option | {"label": gettext(option["label"])} for option in described["options"]
        ]
    return {
        "name": parameter.name,
        "label": gettext(parameter.label),
        "neutral": parameter.neutral,
        **described,
    }


def steps_in_words(recipe: Any) -> str:
    """What a kept recipe does: "Exposure, Saturation"; operations that this site has no more are left out."""
    known = registry.operations()
    steps = recipe.get("steps", []) if isinstance(recipe, dict) else []
    labels = [gettext(known[step["op"]].label) for step in steps if step.get("op") in known]
    return with_commas(list(dict.fromkeys(labels)))


def edit_of(photo: Photo, user: User) -> dict[str, Any]:
    """What a page needs to edit a photo; a handful of queries."""
    head = Edit.objects.select_related("parent").filter(pk=photo.edit_id).first() if photo.edit_id else None
    is_shown = head is None or not head.key or photo.shown_edit_id == head.pk
    failed = head is not None and head.state == EditState.FAILED
    versions = photo.edits.select_related("author", "parent").order_by("-number")[:VERSIONS_SHOWN]
    return {
        "number": head.number if head else 0,
        "recipe": head.recipe if head else Recipe().as_json(),
        "state": EditState.FAILED if failed else EditState.READY if is_shown else EditState.WAITING,
        "failure": head.failure if head and failed else "",
        "can_undo": head is not None,
        "can_redo": photo.edits.filter(parent=head)
        .exclude(state=EditState.SAME)
        .exclude(key__startswith=STAND_IN)
        .exists(),
        "width": photo.width,
        "height": photo.height,
        "shown": {"width": photo.shown_width, "height": photo.shown_height},
        "faces": faces_of(photo, user),
        "versions": list(versions),
    }


def faces_of(photo: Photo, user: User) -> list[dict[str, Any]]:
    """The faces that somebody may choose in the editor, as shares of the unedited photo."""
    if not (photo.width and photo.height):
        return []
    rows = Face.objects.visible_to(user).present().filter(photo=photo).select_related("person")
    return [
        {
            "id": face.pk,
            "x": face.x / photo.width,
            "y": face.y / photo.height,
            "width": face.width / photo.width,
            "height": face.height / photo.height,
            "label": face.person.label if face.person else "",
            "is_mine": face.person is not None and face.person.user_id == user.pk,
        }
        for face in rows
    ]


def with_counts(batches: QuerySet[EditBatch]) -> QuerySet[EditBatch]:
    """Batches with how many of their photos are done, good as they were, failed, wait, were cancelled.

    What waits in the trash is not waited for: it is neither.
    """
    states = {
        "done": Q(edits__state=EditState.READY),
        "same": Q(edits__state=EditState.SAME),
        "failed": Q(edits__state=EditState.FAILED),
        "waiting": Q(edits__state=EditState.WAITING, edits__photo__deleted_at=None),
        "cancelled": Q(edits__state=EditState.CANCELLED),
    }
    counts = {name: Count("edits", filter=state) for name, state in states.items()}
    return batches.select_related("author", "room").annotate(**counts)


def proposed_turns(room: Room) -> QuerySet[TurnProposal]:
    """Photos of a room that probably lie on their side and that nobody has decided about, or edited otherwise."""
    return TurnProposal.objects.filter(
        Q(photo__edit=None) | Q(photo__edit__key=""), room=room, state=TurnState.OPEN, photo__deleted_at=None
    )


def open_turns(room: Room, user: User) -> QuerySet[TurnProposal]:
    """Those that this user can turn, the surest first."""
    rows = proposed_turns(room).exclude(photo__in=veils.veiled_ids(room, user))
    return rows.select_related("photo__room").order_by("-confidence", "photo_id")
