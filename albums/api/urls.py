from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter
from rest_framework.routers import SimpleRouter

from albums.api.converters import AnythingConverter, RowConverter
from albums.api.errors import unknown_address
from albums.api.views.albums import AlbumViewSet
from albums.api.views.changes import ChangeViewSet
from albums.api.views.comments import CommentViewSet
from albums.api.views.devices import DeviceViewSet
from albums.api.views.downloads import DownloadViewSet
from albums.api.views.duplicates import DuplicateViewSet
from albums.api.views.edits import (
    EditBatchViewSet,
    EditViewSet,
    OperationsView,
    PresetViewSet,
    PreviewViewSet,
    TurnViewSet,
)
from albums.api.views.events import EventViewSet
from albums.api.views.faces import FaceViewSet
from albums.api.views.find_me import FindMeViewSet
from albums.api.views.invitations import InvitationViewSet
from albums.api.views.join import JoinView
from albums.api.views.look_alikes import LookAlikesViewSet
from albums.api.views.members import MemberViewSet
from albums.api.views.notifications import ActivityViewSet, NotificationViewSet, RoomMailViewSet
from albums.api.views.people import PersonViewSet
from albums.api.views.photo_changes import PhotoChangeViewSet
from albums.api.views.photos import PhotoViewSet
from albums.api.views.places import PlaceViewSet
from albums.api.views.privacy import ChildViewSet, ConsentViewSet, TakedownViewSet
from albums.api.views.questions import QuestionViewSet
from albums.api.views.receipts import ReceiptViewSet
from albums.api.views.rooms import RoomViewSet
from albums.api.views.schema import DocsView, SchemaView
from albums.api.views.search import SearchViewSet
from albums.api.views.share_links import ShareLinkViewSet
from albums.api.views.slides import LiveViewSet, SlideViewSet
from albums.api.views.tags import TagViewSet
from albums.api.views.tokens import MeView, NewTokenView, TokenView
from albums.api.views.tus import UploadsView, UploadView

register_converter(RowConverter, "row")
register_converter(AnythingConverter, "anything")

find_me = "rooms/<uuid:room>/find-me/"
edit = "rooms/<uuid:room>/photos/<row:photo>/edit/"
uploads = "rooms/<uuid:room_id>/uploads/"  # tus: an announcement, then pieces
router = SimpleRouter(use_regex_path=False)
router.register("rooms", RoomViewSet, "room")
router.register("receipts", ReceiptViewSet, "receipt")
router.register("notifications", NotificationViewSet, "notification")
for name, viewset in {
    "members": MemberViewSet,
    "invitations": InvitationViewSet,
    "photos": PhotoViewSet,
    "comments": CommentViewSet,
    "slides": SlideViewSet,
    "people": PersonViewSet,
    "faces": FaceViewSet,
    "questions": QuestionViewSet,
    "albums": AlbumViewSet,
    "search": SearchViewSet,
    "downloads": DownloadViewSet,
    "duplicates": DuplicateViewSet,
    "look-alikes": LookAlikesViewSet,
    "changes": ChangeViewSet,
    "activity": ActivityViewSet,
    "photo-changes": PhotoChangeViewSet,
    "tags": TagViewSet,
    "share-links": ShareLinkViewSet,
    "places": PlaceViewSet,
    "events": EventViewSet,
    "devices": DeviceViewSet,
    "children": ChildViewSet,
    "takedowns": TakedownViewSet,
    "edit-presets": PresetViewSet,
    "edits": EditBatchViewSet,
    "turns": TurnViewSet,
}.items():
    router.register(f"rooms/<uuid:room>/{name}", viewset, name)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path(
        find_me,
        FindMeViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"}),
        name="find-me",
    ),
    path(f"{find_me}accept/", FindMeViewSet.as_view({"post": "accept"}), name="find-me-accept"),
    path(f"{find_me}decline/", FindMeViewSet.as_view({"post": "decline"}), name="find-me-decline"),
    path(
        "rooms/<uuid:room>/consent/",
        ConsentViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"}),
        name="consent",
    ),
    path(
        "rooms/<uuid:room>/concealment/",
        ConsentViewSet.as_view({"put": "conceal", "delete": "reveal"}),
        name="concealment",
    ),
    path(
        "rooms/<uuid:room>/mail/",
        RoomMailViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="room-mail",
    ),
    path("operations/", OperationsView.as_view(), name="operations"),
    path(edit, EditViewSet.as_view({"get": "retrieve", "put": "update"}), name="edit"),
    *(
        path(f"{edit}{verb}/", EditViewSet.as_view({"post": verb}), name=f"edit-{verb}")
        for verb in ("undo", "redo", "revert")
    ),
    path(
        f"{edit}preview/",
        PreviewViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"}),
        name="edit-preview",
    ),
    path(f"{edit}preview/picture/", PreviewViewSet.as_view({"get": "picture"}), name="edit-preview-picture"),
    path("rooms/<uuid:room>/live/", LiveViewSet.as_view({"get": "retrieve"}), name="live-list"),
    path("rooms/<uuid:room>/live/mix/", LiveViewSet.as_view({"get": "mix"}), name="live-mix"),
    path(uploads, UploadsView.as_view(), name="uploads"),
    path(f"{uploads}<uuid:upload_id>/", UploadView.as_view(), name="upload"),
    path("join/", JoinView.as_view(), name="join"),
    path("token/", TokenView.as_view(), name="token"),
    path("token/new/", NewTokenView.as_view(), name="token-new"),
    path("me/", MeView.as_view(), name="me"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("<anything:rest>", unknown_address),
    path("", unknown_address),
]
