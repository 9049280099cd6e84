"""Every read that is more than one filter. `visible_to(user)` is the only way from a user to a row."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import timezone as fixed_zone
from typing import TYPE_CHECKING, Any, Self, TypeAlias
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from albums.days import DateRange, moments_of

if TYPE_CHECKING:
    from albums.models import Room

Anyone: TypeAlias = User | AnonymousUser
MOST_WORDS = 8
WIDEST_OFFSET = timedelta(hours=26)  # of a clock from UTC


class InRoomQuerySet(models.QuerySet[Any]):
    """Rows that belong to a room: seen by its members, by nobody else."""

    def visible_to(self, user: Anyone) -> Self:
        """A subquery and no join, so that no row comes twice."""
        if not user.is_authenticated:
            return self.none()
        from albums.models import Membership  # models import this module

        return self.filter(room__in=Membership.objects.filter(user=user).values("room"))


class RoomQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Anyone) -> Self:
        if not user.is_authenticated:
            return self.none()
        from albums.models import Membership

        return self.filter(pk__in=Membership.objects.filter(user=user).values("room"))

    def with_counts(self) -> Self:
        """Adds `photo_count` and `member_count`, as subqueries: two joins would multiply."""
        from albums.models import Membership, Photo

        def count(rows: models.QuerySet[Any]) -> models.Subquery:
            counted = rows.order_by().values("room").annotate(n=Count("pk")).values("n")
            return models.Subquery(counted, output_field=models.IntegerField())

        zero = models.Value(0)
        photos = Photo.objects.filter(room=OuterRef("pk")).in_albums()
        members = Membership.objects.filter(room=OuterRef("pk"))
        return self.annotate(
            photo_count=Coalesce(count(photos), zero),
            member_count=Coalesce(count(members), zero),
        )

    def with_first_photo(self) -> Self:
        """Adds `first_photo` and `first_color`: what stands for a room that has no cover of its own."""
        from albums.models import Photo

        photos = Photo.objects.filter(room=OuterRef("pk"), state="ready").in_albums().in_order()
        return self.annotate(
            first_photo=models.Subquery(photos.values("pk")[:1]),
            first_color=models.Subquery(photos.values("color")[:1]),
        )

    def with_role_of(self, user: Anyone) -> Self:
        from albums.models import Membership

        mine = Membership.objects.filter(room=OuterRef("pk"), user_id=user.pk or 0)
        return self.annotate(role=models.Subquery(mine.values("role")[:1]))


class InvitationQuerySet(InRoomQuerySet):
    def usable(self) -> Self:
        return self.filter(
            Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
            Q(max_uses=None) | Q(uses__lt=F("max_uses")),
            revoked_at=None,
        )


def _surely_found(searches: models.QuerySet[Any]) -> list[int]:
    """The faces that searches are sure of and of which nobody said: not me."""
    rows = searches.filter(state="done").values_list("sure", "declined")
    return [pk for sure, declined in rows for pk in {*sure}.difference(declined)]


class PhotoQuerySet(InRoomQuerySet):
    """Who and what is on photos is asked as a list of ids, read once: where few have it, SQLite looks at each photo else."""

    def present(self) -> Self:
        """Not in the trash."""
        return self.filter(deleted_at=None)

    def in_albums(self, *, with_blurred: bool = False) -> Self:
        """What albums, zips and counts hold: neither in the trash nor left out as a duplicate, blurred or set aside."""
        if with_blurred:
            return self.present().filter(left_out__in=("", "blurred"))
        return self.present().filter(left_out="")

    def left_out(self, reason: str = "") -> Self:
        """Those that are in no album although they are not in the trash."""
        rows = self.present()
        return rows.filter(left_out=reason) if reason else rows.exclude(left_out="")

    def apart(self) -> Self:
        """What is in no album, also because it lies in the trash."""
        return self.filter(Q(deleted_at__isnull=False) | ~Q(left_out=""))

    def best_only(self) -> Self:
        """Of look-alikes only the best one; whatever resembles nothing stays."""
        return self.filter(Q(look_alike_rank=None) | Q(look_alike_rank=1))

    def of_tag(self, tag_id: int) -> Self:
        """Those that carry a tag: found or accepted, not only proposed."""
        from albums.models import PhotoTag

        return self.filter(pk__in=PhotoTag.objects.filter(tag=tag_id).shown().order_by().values("photo"))

    def without_tags(self, tag_ids: Collection[int]) -> Self:
        from albums.models import PhotoTag

        return self.filter(
            ~Exists(PhotoTag.objects.filter(photo=OuterRef("pk"), tag__in=list(tag_ids)).shown())
        )

    def on_days(self, room: Room, ranges: Sequence[DateRange]) -> Self:
        """Taken on these days: on the clock of the photo where that is known, else of the room."""
        hull = moments_of(DateRange(ranges[0].first, ranges[-1].last), UTC)
        near = self.filter(sort_at__gte=hull.start - WIDEST_OFFSET, sort_at__lt=hull.end + WIDEST_OFFSET)
        clocks: dict[int | None, tzinfo] = {None: ZoneInfo(room.time_zone)}
        for minutes in near.order_by().values_list("taken_offset_minutes", flat=True).distinct():
            if minutes is not None:
                clocks[minutes] = fixed_zone(timedelta(minutes=minutes))
        found = Q()
        for minutes, zone in clocks.items():
            moments = Q()
            for start, end in (moments_of(days, zone) for days in ranges):
                moments |= Q(sort_at__gte=start, sort_at__lt=end)
            has_clock = (
                Q(taken_offset_minutes__isnull=True) if minutes is None else Q(taken_offset_minutes=minutes)
            )
            found |= has_clock & moments
        return near.filter(found)

    def with_text(self, room: Room, text: str) -> Self:
        """Every word stands somewhere: in the file's name, the caption, a name of who or what or where it is."""
        found = self
        for word in text.split()[:MOST_WORDS]:
            found = found.filter(_says(room, word))
        return found

    def favorites_of(self, user: Anyone) -> Self:
        from albums.models import Favorite

        return self.filter(pk__in=Favorite.objects.filter(user=user.pk or 0).values("photo"))

    def new_for(self, user: Anyone, room: Room) -> Self:
        """Those of others that have come since this user's last visit to the room."""
        from albums.models import Membership

        mine = Membership.objects.filter(room=room, user=user.pk or 0).values("new_since")[:1]
        by_others = ~Q(uploader=user.pk or 0) | Q(uploader=None)
        return self.filter(by_others, uploaded_at__gt=models.Subquery(mine))

    def in_trash(self) -> Self:
        return self.filter(deleted_at__isnull=False)

    def in_order(self) -> Self:
        """The order of grids and zips: oldest first, as the event went."""
        return self.order_by("sort_at", "id")

    def of_person(self, person_id: int) -> Self:
        from albums.models import Face

        return self.filter(pk__in=Face.objects.filter(person=person_id).order_by().values("photo"))

    def of_anyone(self, people: Collection[int]) -> Self:
        """Those with at least one of these people."""
        from albums.models import Face

        return self.filter(pk__in=Face.objects.filter(person__in=list(people)).order_by().values("photo"))

    def without_people(self, people: Collection[int]) -> Self:
        """Those with none of these people."""
        from albums.models import Face

        return self.filter(~Exists(Face.objects.filter(photo=OuterRef("pk"), person__in=list(people))))

    def with_faces_seen(self) -> Self:
        from albums.models import Face

        return self.filter(Exists(Face.objects.filter(photo=OuterRef("pk"), is_dismissed=False)))

    def without_faces(self) -> Self:
        from albums.models import Face

        return self.filter(~Exists(Face.objects.filter(photo=OuterRef("pk"), is_dismissed=False)))

    def of_user(self, user: Anyone) -> Self:
        """Those on which somebody said "this is me", and those that their own search is sure of."""
        from albums.models import FaceSearch

        found = _surely_found(FaceSearch.objects.filter(user=user.pk or 0, child=None))
        return self._with_faces_of(Q(person__user=user.pk or 0), found)

    def of_child(self, user: Anyone, child_id: int) -> Self:
        """The same for a child, for the parent who looks after its album; none for anybody else."""
        from albums.models import FaceSearch

        found = _surely_found(FaceSearch.objects.filter(user=user.pk or 0, child=child_id))
        return self._with_faces_of(Q(person__child=child_id, person__child__guardian=user.pk or 0), found)

    def _with_faces_of(self, somebody: Q, found: Collection[int]) -> Self:
        """Those with a face of somebody, or one that was found for them and that nobody else has claimed."""
        from albums.models import Face

        free = Q(pk__in=found, person__user=None, person__child=None, is_dismissed=False)
        return self.filter(pk__in=Face.objects.filter(somebody | free).order_by().values("photo"))

    def of_user_or_taken_by(self, user: Anyone) -> Self:
        """Those that this user is on, and those that they added."""
        mine = self.of_user(user).order_by().values("pk")
        return self.filter(Q(uploader=user.pk or 0) | Q(pk__in=mine))

    def with_files(self) -> Self:
        """What a grid or a viewer shows of each photo, in a fixed number of queries."""
        return self.select_related("uploader", "room").prefetch_related("renditions")

    def with_marks(self, user: Anyone) -> Self:
        """Adds `is_favorite`, of this user, and brings the tags along."""
        from albums.models import Favorite, PhotoTag

        tags = PhotoTag.objects.exclude(state="refused").select_related("tag").order_by("-score", "id")
        mine = Favorite.objects.filter(photo=OuterRef("pk"), user=user.pk or 0)
        return self.annotate(is_favorite=Exists(mine)).prefetch_related(Prefetch("photo_tags", queryset=tags))

    def with_faces(self, user: Anyone | None = None) -> Self:
        """Brings the faces along that this user sees: not those of others who don't want to be shown."""
        from albums.models import Face

        faces = Face.objects.filter(is_dismissed=False).seen_by(user)
        faces = faces.select_related("person").defer("descriptor").order_by("x", "id")
        return self.prefetch_related(Prefetch("faces", queryset=faces))

    def troubled(self) -> Self:
        """Those of which something could not be done; `failure` says what."""
        return self.present().exclude(failure="")

    def to_arrange(self) -> Self:
        """Those that have not been put in order among the room's photos since somebody last asked for it."""
        return self.present().filter(state="ready", arrange_requests__gt=0)

    def disarrange(self) -> int:
        """Ask for these to be put in order once more; `processing.tasks.request_arranging` rings for it."""
        return self.update(arrange_requests=F("arrange_requests") + 1)

    def expired(self, before: datetime) -> Self:
        return self.filter(deleted_at__lt=before)

    def progress(self) -> dict[str, int]:
        """How many photos there are, how many of them are waiting, ready and failed, and how many albums hold."""
        return self.present().aggregate(
            total=Count("pk"),
            pending=Count("pk", filter=Q(state="pending")),
            ready=Count("pk", filter=Q(state="ready")),
            failed=Count("pk", filter=Q(state="failed")),
            in_albums=Count("pk", filter=Q(left_out="")),
        )


def _says(room: Room, word: str) -> Q:
    """A word in what is written about a photo; names are looked up in their own tables, once."""
    from albums.models import Event, Face, Membership, Person, PhotoTag, Place, Tag

    people = Person.objects.filter(room=room, merged_into=None, name__icontains=word, is_concealed=False)
    tags = Tag.objects.known_in(room.pk).filter(name__icontains=word)
    uploaders = Membership.objects.filter(room=room, user__display_name__icontains=word)
    where = Q(detail__icontains=word) | Q(city__icontains=word) | Q(region__icontains=word)
    places = Place.objects.filter(where | Q(country__icontains=word), room=room)
    events = Event.objects.filter(room=room, name__icontains=word)
    faces = Face.objects.filter(room=room, person__in=people.values("pk"))
    tagged = PhotoTag.objects.filter(room=room, tag__in=tags.values("pk")).shown()
    return (
        Q(filename__icontains=word)
        | Q(caption__icontains=word)
        | Q(camera__icontains=word)
        | Q(uploader__in=uploaders.order_by().values("user"))
        | Q(place__in=places.order_by().values("pk"))
        | Q(event__in=events.order_by().values("pk"))
        | Q(pk__in=faces.order_by().values("photo"))
        | Q(pk__in=tagged.order_by().values("photo"))
    )


class PlaceQuerySet(InRoomQuerySet):
    def current(self) -> Self:
        """Not merged into another one."""
        return self.filter(merged_into=None)

    def with_counts(self) -> Self:
        """Adds `photo_count`: photos in albums."""
        return self.annotate(photo_count=_album_count("place"))


class EventQuerySet(InRoomQuerySet):
    def shown(self) -> Self:
        return self.filter(photo_count__gt=0)


class TagQuerySet(models.QuerySet[Any]):
    def known_in(self, room_id: uuid.UUID) -> Self:
        """The words that a room can use: its own and the site's."""
        return self.filter(Q(room=room_id) | Q(room=None))


class PhotoTagQuerySet(InRoomQuerySet):
    def shown(self) -> Self:
        """Found by a machine that is sure enough, or accepted by somebody."""
        return self.filter(state__in=("machine", "accepted"))

    def open(self) -> Self:
        """Nobody has decided about them yet, and their photos can be seen."""
        return self.filter(state__in=("proposed", "machine"), photo__deleted_at=None, photo__left_out="")


def _album_count(column: str) -> Coalesce:
    from albums.models import Photo

    photos = Photo.objects.filter(**{column: OuterRef("pk")}).in_albums().order_by()
    counted = photos.values(column).annotate(n=Count("pk")).values("n")
    return Coalesce(models.Subquery(counted, output_field=models.IntegerField()), models.Value(0))


class CommentQuerySet(InRoomQuerySet):
    def shown(self) -> Self:
        """Neither deleted nor below a photo in the trash."""
        return self.filter(deleted_at=None, photo__deleted_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id").select_related("author")

    def before(self, moment: datetime, pk: int) -> Self:
        """Those that were written earlier than the one of this moment and id."""
        return self.filter(created_at__lte=moment).filter(Q(created_at__lt=moment) | Q(pk__lt=pk))


class PhotoGroupQuerySet(InRoomQuerySet):
    def look_alikes(self) -> Self:
        """Groups of at least two photos in albums that are of one moment."""
        from albums.models import Photo

        photos = Photo.objects.filter(look_alikes=OuterRef("pk")).in_albums()
        return self.filter(kind="look_alikes").filter(
            Exists(photos.filter(look_alike_rank=1)), Exists(photos.filter(look_alike_rank__gt=1))
        )

    def in_order(self) -> Self:
        """As the event went."""
        from albums.models import Photo

        first = Photo.objects.filter(look_alikes=OuterRef("pk"), look_alike_rank=1).order_by()
        return self.annotate(first_at=models.Subquery(first.values("sort_at")[:1])).order_by("first_at", "pk")


class JobQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(state__in=("queued", "running"))


class NotificationQuerySet(InRoomQuerySet):
    def of(self, user: Anyone) -> Self:
        """What this user is told, in rooms that they are still in."""
        return self.visible_to(user).filter(user=user.pk or 0)

    def unread(self) -> Self:
        return self.filter(read_at=None)
