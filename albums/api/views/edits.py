from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from albums import edit_lists, veils
from albums.api.pagination import NumberedPages
from albums.api.serializers.edits import (
    AskedPageSerializer,
    BaseNumberSerializer,
    BatchSerializer,
    NewBatchSerializer,
    NewEditSerializer,
    NewPresetSerializer,
    OperationSerializer,
    PhotoEditSerializer,
    PresetNameSerializer,
    PresetSerializer,
    PreviewSerializer,
    TurnSerializer,
    TurnsSerializer,
    VersionSerializer,
    WishSerializer,
)
from albums.api.views.base import InRoomViewSet, find, user_of
from albums.blobs import FileRange, internal_name
from albums.models import Edit, EditBatch, EditPreset, EditPreview, Photo, TurnProposal
from albums.models.edits import EditState
from albums.permissions import Action, require, seen_photos
from albums.ranges import PRIVATE_CHECKED, ranged_response
from albums.said import in_words
from albums.services import edit_batches, edit_presets, edit_previews, edit_reversal, edits, turns
from albums.templatetags.photos import media_url

NO_PHOTO = "There is no such photo in this room."
PAGE = OpenApiParameter(
    "page", OpenApiTypes.STR, required=True, description="The name that your page made up."
)


class OperationsView(APIView):
    """What can be done to photos on this site."""

    permission_classes = (AllowAny,)

    @extend_schema(responses=OperationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """All operations in the order in which the editor applies them."""
        return Response(OperationSerializer(edit_lists.operations_in_words(), many=True).data)


class EditViewSet(InRoomViewSet):
    """What is done to one photo. Its original never changes."""

    noun = "photo"
    queryset = Edit.objects.none()
    serializer_class = PhotoEditSerializer
    pagination_class = None
    filter_backends = ()
    photo: Photo

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        user = user_of(request)
        require(user, Action.EDIT_PHOTOS, self.room)
        rows = seen_photos(user, self.room).select_related("room")
        self.photo = find(rows, NO_PHOTO, pk=self.kwargs["photo"])

    def retrieve(self, request: Request, room: str, photo: int) -> Response:
        """The recipe that counts, its versions, and whether the picture is ready."""
        return self._now()

    @extend_schema(request=NewEditSerializer, responses=PhotoEditSerializer)
    def update(self, request: Request, room: str, photo: int) -> Response:
        """Keep a recipe as the next version; 409 `edited_meanwhile` if somebody else was faster."""
        edits.save_edit(user=user_of(request), photo=self.photo, **self.read_body(NewEditSerializer))
        return self._now()

    @extend_schema(request=BaseNumberSerializer, responses=PhotoEditSerializer)
    def undo(self, request: Request, room: str, photo: int) -> Response:
        """Go back to the version that this one was made from."""
        edits.undo_edit(user=user_of(request), photo=self.photo, **self.read_body(BaseNumberSerializer))
        return self._now()

    @extend_schema(request=BaseNumberSerializer, responses=PhotoEditSerializer)
    def redo(self, request: Request, room: str, photo: int) -> Response:
        """Go to the version that was made of this one last."""
        edits.redo_edit(user=user_of(request), photo=self.photo, **self.read_body(BaseNumberSerializer))
        return self._now()

    @extend_schema(request=BaseNumberSerializer, responses=PhotoEditSerializer)
    def revert(self, request: Request, room: str, photo: int) -> Response:
        """Show the original again, as a version of its own."""
        edits.revert(user=user_of(request), photo=self.photo, **self.read_body(BaseNumberSerializer))
        return self._now()

    def _now(self) -> Response:
        self.photo.refresh_from_db()
        found = edit_lists.edit_of(self.photo, user_of(self.request))
        found["failure"] = in_words(found["failure"])
        head = self.photo.edit_id
        found["versions"] = VersionSerializer(found["versions"], many=True, context={"head": head}).data
        found["urls"] = {
            "page": reverse("albums:photo", args=[self.room.pk, self.photo.pk]),
            "shown": media_url(self.photo, 2048),
            **{f"base-{side}": media_url(self.photo, f"base-{side}") for side in edit_previews.SIDES_PX},
        }
        return Response(found)


class PreviewViewSet(EditViewSet):
    """What a recipe would look like, for whoever has a page open."""

    serializer_class = PreviewSerializer  # type: ignore[assignment]

    @extend_schema(request=WishSerializer, responses={202: PreviewSerializer})
    def create(self, request: Request, room: str, photo: int) -> Response:
        """Ask for a picture or a suggestion; the page's earlier wish is dropped."""
        preview = edit_previews.wish(
            user=user_of(request), photo=self.photo, **self.read_body(WishSerializer)
        )
        return Response(self._of(preview), status=status.HTTP_202_ACCEPTED)

    @extend_schema(parameters=[PAGE], responses=PreviewSerializer)
    def retrieve(self, request: Request, room: str, photo: int) -> Response:
        """How far it is."""
        return Response(self._of(self._found()))

    @extend_schema(parameters=[PAGE], responses={204: None})
    def destroy(self, request: Request, room: str, photo: int) -> Response:
        """Nobody waits any more."""
        edit_previews.cancel(user=user_of(request), photo=self.photo, page=self._asked()["page"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(parameters=[PAGE], responses={(200, "image/jpeg"): bytes})
    def picture(self, request: Request, room: str, photo: int) -> HttpResponseBase:
        """The picture itself."""
        preview = self._found()
        if veils.is_veiled_for(self.photo, preview.user):  # somebody has asked for it since
            raise NotFound("This preview is not there any more. Ask for it again.")
        wanted = self._asked().get("number")
        name = preview.file.name or ""
        if preview.state != EditState.READY or not name or (wanted and wanted != preview.number):
            raise NotFound("This preview is not there any more. Ask for it again.")
        try:
            size = preview.file.size
        except FileNotFoundError as error:
            raise NotFound("This preview is not there any more. Ask for it again.") from error
        return ranged_response(
            request._request,
            size=size,
            etag=f"preview-{preview.pk}-{preview.number}",
            content_type=preview.content_type,
            filename="preview",
            open_range=partial(FileRange, preview.file.storage, name),
            cache_control=PRIVATE_CHECKED,
            internal_name=internal_name(preview.file.storage, name),
        )

    def _asked(self) -> dict[str, Any]:
        asked = AskedPageSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)

    def _found(self) -> EditPreview:
        mine = EditPreview.objects.filter(photo=self.photo, user=user_of(self.request)).select_related("user")
        return find(mine, "Your page has asked for nothing yet.", page=self._asked()["page"])

    def _of(self, preview: EditPreview) -> dict[str, Any]:
        path = reverse("api:edit-preview-picture", args=[self.room.pk, self.photo.pk])
        is_picture = preview.state == EditState.READY and bool(preview.file.name) and "recipe" in preview.wish
        return {
            "number": preview.number,
            "state": preview.state,
            "progress": preview.progress,
            "failure": in_words(preview.failure),
            "url": f"{path}?page={preview.page}&number={preview.number}" if is_picture else None,
            "result": _in_words(preview.result),
        }


def _in_words(result: dict[str, Any]) -> dict[str, Any]:
    """A suggestion with the reasons of its steps in the reader's language."""
    steps = [
        {**step, "reason": in_words(step["reason"])} if "reason" in step else step
        for step in result.get("steps", ())
    ]
    return {**result, "steps": steps} if steps else result


class PresetViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """Recipes with a name: your own, and the room's."""

    noun = "preset"
    queryset = EditPreset.objects.none()
    serializer_class = PresetSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(user_of(request), Action.EDIT_PHOTOS, self.room)

    def rows(self) -> QuerySet[Any]:
        return edit_presets.presets_for(user_of(self.request), self.room)

    @extend_schema(request=NewPresetSerializer, responses={201: PresetSerializer})
    def create(self, request: Request, room: str) -> Response:
        """Keep a recipe; what belongs to one photo alone is left out."""
        made = edit_presets.add_preset(
            user=user_of(request), room=self.room, **self.read_body(NewPresetSerializer)
        )
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PresetNameSerializer, responses=PresetSerializer)
    def partial_update(self, request: Request, room: str, pk: int) -> Response:
        """Rename it."""
        preset = edit_presets.rename_preset(
            user=user_of(request),
            room=self.room,
            preset=self.get_object(),
            **self.read_body(PresetNameSerializer),
        )
        return Response(self.get_serializer(preset).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, room: str, pk: int) -> Response:
        """Photos that it was used for stay as they are."""
        edit_presets.delete_preset(user=user_of(request), room=self.room, preset=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


class EditBatchViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """One recipe over many photos, the latest first."""

    noun = "batch"
    queryset = EditBatch.objects.none()
    serializer_class = BatchSerializer
    pagination_class = NumberedPages
    filter_backends = ()
    lookup_value_converter = "uuid"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(user_of(request), Action.EDIT_PHOTOS, self.room)

    def rows(self) -> QuerySet[Any]:
        return edit_lists.with_counts(EditBatch.objects.filter(room=self.room)).order_by("-created_at")

    @extend_schema(request=NewBatchSerializer, responses={201: BatchSerializer})
    def create(self, request: Request, room: str) -> Response:
        """Do a recipe, a preset or what was done to another photo to many photos; or turn, enhance or revert them."""
        values = self.read_body(NewBatchSerializer)
        photos, groups = values.pop("photos"), values.pop("groups", None)
        given: dict[str, Any] = {"user": user_of(request), "room": self.room, "photo_ids": photos}
        if "quarters" in values:
            batch = edit_batches.turn_many(**given, quarters=values["quarters"])
        elif values.get("enhance"):
            batch = edit_batches.enhance_many(**given)
        elif values.get("revert"):
            batch = edit_batches.revert_many(**given)
        else:
            batch = edit_batches.paste(
                **given,
                recipe=values.get("recipe"),
                preset_id=values.get("preset"),
                from_photo_id=values.get("from_photo"),
                groups=groups,
            )
        return self._said(batch, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=BatchSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, room: str, pk: UUID) -> Response:
        """What still waits keeps what it had."""
        return self._said(edit_reversal.cancel(user=user_of(request), batch=self.get_object()))

    @extend_schema(request=None, responses=BatchSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, room: str, pk: UUID) -> Response:
        """Every photo that nobody has edited since goes back to what it had."""
        return self._said(edit_reversal.undo(user=user_of(request), batch=self.get_object()))

    @extend_schema(request=None, responses=BatchSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, room: str, pk: UUID) -> Response:
        """Make those photos once more that have failed."""
        batch = self.get_object()
        edit_reversal.try_again(user=user_of(request), batch=batch)
        return self._said(batch)

    def _said(self, batch: EditBatch, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.rows().get(pk=batch.pk)).data, status=code)


class TurnViewSet(mixins.ListModelMixin, InRoomViewSet):
    """Photos that probably lie on their side, the surest first."""

    noun = "photo"
    queryset = TurnProposal.objects.none()
    serializer_class = TurnSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(user_of(request), Action.EDIT_PHOTOS, self.room)

    def rows(self) -> QuerySet[Any]:
        return edit_lists.open_turns(self.room, user_of(self.request))

    @extend_schema(request=TurnsSerializer, responses={201: BatchSerializer})
    @action(detail=False, methods=["post"])
    def accept(self, request: Request, room: str) -> Response:
        """Turn them, as one batch that can be undone."""
        batch = turns.accept(user=user_of(request), room=self.room, photo_ids=self._chosen())
        row = edit_lists.with_counts(EditBatch.objects.filter(pk=batch.pk)).get()
        return Response(BatchSerializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=TurnsSerializer, responses={204: None})
    @action(detail=False, methods=["post"])
    def decline(self, request: Request, room: str) -> Response:
        """They are right as they are, for good."""
        turns.decline(user=user_of(request), room=self.room, photo_ids=self._chosen())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _chosen(self) -> list[int] | None:
        values = self.read_body(TurnsSerializer)
        return None if values["all"] else list(values["photos"])
