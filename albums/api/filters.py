"""Filters of lists. A value that means nothing is answered with 400, never ignored."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ValidationError

from albums.api.fields import EARLIEST_YEAR, LARGEST_ID, LATEST_YEAR
from albums.maps import Box, read_box
from albums.models import Face, Photo
from albums.models.photos import Exposure, LeftOut, PhotoKind, PhotoState, Quality
from albums.querysets import PhotoQuerySet
from albums.search import (
    ANY,
    LONGEST_TEXT,
    MOST_CHOSEN,
    MOST_IDS,
    PARAMETERS,
    Search,
    read_chosen,
    read_date,
    read_ids,
)

MOST: dict[Any, int] = {read_ids: MOST_IDS, read_chosen: MOST_CHOSEN}  # ids in one filter, by how it is read


class IdFormField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class IdFilter(django_filters.NumberFilter):
    field_class = IdFormField

    def get_max_validator(self) -> None:
        return None


class IdsFilter(django_filters.BaseInFilter, IdFilter):
    """Ids with commas between them."""


class StrictBooleanField(forms.Field):
    def to_python(self, value: Any) -> bool | None:
        if value in (None, ""):
            return None
        if str(value).lower() not in ("true", "false"):
            raise forms.ValidationError("Say true or false.")
        return str(value).lower() == "true"


class YesFilter(django_filters.BooleanFilter):
    """true or false; false is the same as leaving it out."""

    field_class = StrictBooleanField


class YesNoFilter(YesFilter):
    """true, false, or left out."""


class DayField(forms.Field):
    def to_python(self, value: Any) -> date | None:
        if value in (None, ""):
            return None
        found = read_date([str(value)])
        if found is None:
            raise forms.ValidationError("Send a day such as 2026-06-20.")
        return found


class DayFilter(django_filters.DateFilter):
    """A day of the calendar."""

    field_class = DayField


class CountryField(forms.RegexField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(regex=r"^[A-Za-z]{2}\Z", **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).upper()


class CountryFilter(django_filters.CharFilter):
    field_class = CountryField


class UpToFilter(django_filters.NumberFilter):
    """A whole number from 1."""

    field_class = forms.IntegerField

    def __init__(self, largest: int, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=largest, **kwargs)

    def get_max_validator(self) -> None:
        return None


class MomentField(forms.Field):
    def to_python(self, value: Any) -> datetime | None:
        if value in (None, ""):
            return None
        try:
            moment = parse_datetime(str(value).replace(" ", "+"))  # an unescaped + arrives as a space
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None or not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            raise forms.ValidationError("Send a time with its offset, such as 2026-06-20T18:00:00+02:00.")
        return moment


class MomentFilter(django_filters.Filter):
    field_class = MomentField


class BoxField(forms.Field):
    def to_python(self, value: Any) -> Box | None:
        if value in (None, ""):
            return None
        found = read_box(str(value))
        if found is None:
            raise forms.ValidationError("Send four numbers in degrees: south,west,north,east.")
        return found


class BoxFilter(django_filters.CharFilter):
    """A part of the map."""

    field_class = BoxField


class PhotoFilter(django_filters.FilterSet):
    """The filters of albums.search.Search. What is in no album is listed only where it is asked for."""

    person = IdsFilter(label="With all of these people: 3 or 3,5.")
    person_any = IdsFilter(label="With at least one of these people: 3,5.")
    not_person = IdsFilter(label="With none of these people.")
    tag = IdsFilter(label="With all of these tags: 3 or 3,5.")
    not_tag = IdsFilter(label="With none of these tags.")
    event = IdFilter(label="Of this event.")
    place = IdFilter(label="At this place.")
    country = CountryFilter(label="The country’s two letters: IT.")
    box = BoxFilter(label="On this part of the map, in degrees: south,west,north,east.")
    day = DayFilter(label="Taken on this day, on the clock of the place: 2026-06-20.")
    since = DayFilter(label="Taken on this day or later.")
    until = DayFilter(label="Taken on this day or earlier.")
    month = UpToFilter(12, label="Taken in this month of any year, 1 to 12.")
    weekday = UpToFilter(7, label="Taken on this day of the week, 1 for Monday to 7.")
    taken_after = MomentFilter(field_name="sort_at", label="By sort_at, inclusive.")
    taken_before = MomentFilter(field_name="sort_at", label="By sort_at, exclusive.")
    uploader = IdFilter(label="The id of who uploaded it.")
    device = IdFilter(label="Of this camera, by its id.")
    camera = django_filters.CharFilter(max_length=120, label="The camera's name, exactly.")
    state = django_filters.ChoiceFilter(choices=PhotoState.choices)
    kind = django_filters.ChoiceFilter(choices=PhotoKind.choices)
    mine = YesFilter(
        label="Photos on which you said “this is me”, and those that your own search is sure of."
    )
    child = IdFilter(label="Of this child whose album you look after.")
    favorite = YesFilter(label="Your favorites.")
    new = YesFilter(label="Of others, since your last visit to the room.")
    only = IdsFilter(label="These photos alone, at most 100: 3,5.")
    stars = UpToFilter(5, label="At least so many stars.")
    quality = django_filters.ChoiceFilter(choices=Quality.choices)
    exposure = django_filters.ChoiceFilter(choices=Exposure.choices)
    best = YesFilter(label="Of look-alikes only the best one.")
    blurred = YesFilter(label="Also those that are in no album because they are blurred.")
    left_out = django_filters.ChoiceFilter(
        choices=[*LeftOut.choices, (ANY, "For any reason")], label="Those that are in no album, and why."
    )
    has_place = YesNoFilter(label="Whether it is known where.")
    has_people = YesNoFilter(label="Whether there is a face on it.")
    trash = YesFilter(label="What lies in the trash and you may bring back.")
    q = django_filters.CharFilter(
        max_length=LONGEST_TEXT,
        label="Each word in the file's name, the caption, the camera, or a name of who, what or where it is.",
    )

    class Meta:
        model = Photo
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Photo]) -> QuerySet[Photo]:
        values = {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "")}
        fields: dict[str, Any] = {
            field: values[parameter.name]
            for field, parameter in PARAMETERS.items()
            if parameter.name in values
        }
        for field, value in fields.items():
            most = MOST.get(PARAMETERS[field].read)
            if most:
                fields[field] = tuple(self._few(PARAMETERS[field].name, value, most))
        search = Search(**fields)
        room = self.request.parser_context["view"].room
        rows = cast("PhotoQuerySet", queryset)
        rows = rows.in_trash() if values.get("trash") else search.standing(rows)
        rows = search.narrow(rows, room, self.request.user)
        if "state" in values:
            rows = rows.filter(state=values["state"])
        if "taken_after" in values:
            rows = rows.filter(sort_at__gte=values["taken_after"])
        return rows.filter(sort_at__lt=values["taken_before"]) if "taken_before" in values else rows

    @staticmethod
    def _few(name: str, ids: list[int], most: int) -> list[int]:
        if len(ids) > most:
            raise ValidationError({name: [f"Ask for at most {most} at once."]})
        return list(dict.fromkeys(ids))


class PersonFilter(django_filters.FilterSet):
    hidden = YesFilter(method="with_hidden", label="Hidden people too.")
    q = django_filters.CharFilter(
        field_name="name", lookup_expr="icontains", max_length=60, label="In names."
    )

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("hidden") else rows.filter(is_hidden=False)

    def with_hidden(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows


class FaceFilter(django_filters.FilterSet):
    person = IdFilter(field_name="person_id")
    photo = IdFilter(field_name="photo_id")
    unassigned = YesFilter(method="without_person", label="Faces that belong to nobody yet.")

    class Meta:
        model = Face
        fields: tuple[str, ...] = ()

    def without_person(self, rows: QuerySet[Face], name: str, value: bool) -> QuerySet[Face]:
        return rows.filter(person=None) if value else rows
