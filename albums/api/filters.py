"""Filters of lists. A value that means nothing is answered with 400, never ignored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ValidationError

from albums.api.fields import EARLIEST_YEAR, LARGEST_ID, LATEST_YEAR
from albums.models import Face, Photo
from albums.models.photos import PhotoKind, PhotoState

MOST_PEOPLE = 50


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


class YesFilter(django_filters.Filter):
    """true or false; false is the same as leaving it out."""

    field_class = StrictBooleanField


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


class PhotoFilter(django_filters.FilterSet):
    person = IdsFilter(method="with_all", label="Photos with all of these people: 3 or 3,5.")
    person_any = IdsFilter(method="with_any", label="Photos with at least one of these people: 3,5.")
    uploader = IdFilter(field_name="uploader", label="The id of who uploaded it.")
    state = django_filters.ChoiceFilter(choices=PhotoState.choices)
    kind = django_filters.ChoiceFilter(choices=PhotoKind.choices)
    taken_after = MomentFilter(field_name="sort_at", lookup_expr="gte", label="By sort_at, inclusive.")
    taken_before = MomentFilter(field_name="sort_at", lookup_expr="lt", label="By sort_at, exclusive.")
    mine = YesFilter(method="on_which_i_am", label="Photos on which you said “this is me”.")
    trash = YesFilter(method="in_trash", label="What lies in the trash and you may bring back.")
    q = django_filters.CharFilter(
        method="search", max_length=100, label="In file names, cameras and names of people."
    )

    class Meta:
        model = Photo
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: QuerySet[Photo]) -> QuerySet[Photo]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("trash") else rows.filter(deleted_at=None)

    def with_all(self, rows: QuerySet[Photo], name: str, people: list[int]) -> QuerySet[Photo]:
        for person in self._few(name, people):
            rows = rows.filter(Exists(Face.objects.filter(photo=OuterRef("pk"), person_id=person)))
        return rows

    def with_any(self, rows: QuerySet[Photo], name: str, people: list[int]) -> QuerySet[Photo]:
        faces = Face.objects.filter(photo=OuterRef("pk"), person_id__in=self._few(name, people))
        return rows.filter(Exists(faces))

    def on_which_i_am(self, rows: Any, name: str, value: bool) -> QuerySet[Photo]:
        return rows.of_user(self.request.user) if value else rows

    def in_trash(self, rows: Any, name: str, value: bool) -> QuerySet[Photo]:
        return rows.in_trash() if value else rows

    def search(self, rows: QuerySet[Photo], name: str, text: str) -> QuerySet[Photo]:
        people = Face.objects.filter(photo=OuterRef("pk"), person__name__icontains=text)
        return rows.filter(Q(filename__icontains=text) | Q(camera__icontains=text) | Exists(people))

    @staticmethod
    def _few(name: str, people: list[int]) -> list[int]:
        if len(people) > MOST_PEOPLE:
            raise ValidationError({name: [f"Ask for at most {MOST_PEOPLE} people at once."]})
        return list(dict.fromkeys(people))


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
