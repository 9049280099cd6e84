from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.filters import PersonFilter
from albums.api.pagination import NumberedPages
from albums.api.serializers.faces import AcceptSerializer, FaceIdsSerializer, ProposalSerializer
from albums.api.serializers.people import (
    PeopleIdsSerializer,
    PersonChangedSerializer,
    PersonPatchSerializer,
    PersonSerializer,
)
from albums.api.views.asked_children import CHILD, asked_child
from albums.api.views.base import InRoomViewSet, user_of
from albums.models import Person, PersonChange, Proposal
from albums.permissions import Action, require
from albums.services import proposals as proposal_services
from albums.services.people import (
    choose_cover,
    claim_person,
    confirm_faces,
    hide_person,
    merge_people,
    name_person,
    refuse_faces,
    release_person,
)

NOT_HERE = _("Some of these people are not in this room (any more).")


class PersonViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, InRoomViewSet):
    """The people on the photos of a room. Every change can be undone, see changes/."""

    noun = "person"
    queryset = Person.objects.none()
    serializer_class = PersonSerializer
    pagination_class = NumberedPages
    filterset_class = PersonFilter

    def rows(self) -> QuerySet[Any]:
        return (
            Person.objects.visible_to(user_of(self.request))
            .filter(room=self.room)
            .current(user_of(self.request))
            .for_strip()
        )

    @extend_schema(request=PersonPatchSerializer, responses=PersonChangedSerializer)
    def partial_update(self, request: Request, room: str, pk: int) -> Response:
        """Name, hide, choose a cover. The name of somebody else in the room is a 409 `name_taken`, or with `merge` merges."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        person = self.get_object()
        values = self.read_body(PersonPatchSerializer)
        return self.answer(person, self._apply(person, values))

    @transaction.atomic
    def _apply(self, person: Person, values: dict[str, Any]) -> list[PersonChange | None]:
        user = user_of(self.request)
        changes: list[PersonChange | None] = []
        if "cover" in values:
            face = person.faces.filter(pk=values["cover"]).first()
            if face is None:
                raise ValidationError({"cover": ["This face does not belong to this person."]})
            choose_cover(user=user, person=person, face=face)
        if "is_hidden" in values:
            changes.append(hide_person(user=user, person=person, is_hidden=values["is_hidden"]))
        if "name" in values:
            changes.append(name_person(user=user, person=person, name=values["name"], merge=values["merge"]))
        return changes

    @extend_schema(request=PeopleIdsSerializer, responses=PersonChangedSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, room: str, pk: int) -> Response:
        """These people are this person."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        into = self.get_object()
        wanted = self.read_body(PeopleIdsSerializer)["people"]
        others = list(self.rows().filter(pk__in=wanted))
        if len(others) != len(wanted):
            raise ValidationError({"people": [NOT_HERE]})
        return self.answer(into, [merge_people(user=user_of(request), into=into, others=others)])

    @extend_schema(parameters=[CHILD], request=None, responses=PersonChangedSerializer)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, room: str, pk: int) -> Response:
        """This is me, or my child."""
        person, child = self.get_object(), asked_child(self)
        return self.answer(person, [claim_person(user=user_of(request), person=person, child=child)])

    @extend_schema(responses={200: PersonChangedSerializer}, operation_id="people_release")
    @claim.mapping.delete
    def release(self, request: Request, room: str, pk: int) -> Response:
        """This is not me, or not my child."""
        person = self.get_object()
        return self.answer(person, [release_person(user=user_of(request), person=person)])

    @extend_schema(request=FaceIdsSerializer, responses=PersonChangedSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, room: str, pk: int) -> Response:
        """These faces are not this person; they are never put back there."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        person = self.get_object()
        faces = self.read_body(FaceIdsSerializer)["faces"]
        return self.answer(person, [refuse_faces(user=user_of(request), person=person, face_ids=faces)])

    @extend_schema(request=FaceIdsSerializer, responses=PersonChangedSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, room: str, pk: int) -> Response:
        """These faces are this person; they move there and stay."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        person = self.get_object()
        faces = self.read_body(FaceIdsSerializer)["faces"]
        return self.answer(person, [confirm_faces(user=user_of(request), person=person, face_ids=faces)])

    @extend_schema(
        responses=ProposalSerializer(many=True), operation_id="people_proposals_list", filters=False
    )
    @action(detail=True)
    def proposals(self, request: Request, room: str, pk: int) -> Response:
        """Faces that are probably this person, the most doubtful first."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        found = Proposal.objects.visible_to(user_of(request)).open().filter(person=self.get_object())
        page = self.paginate_queryset(found.with_faces().defer("face__descriptor"))
        rows = ProposalSerializer(page, many=True, context=self.get_serializer_context()).data
        return self.get_paginated_response(rows)

    @extend_schema(request=AcceptSerializer, responses=PersonChangedSerializer)
    @action(detail=True, methods=["post"], url_path="proposals/accept")
    def accept(self, request: Request, room: str, pk: int) -> Response:
        """Yes: these faces are this person, or all that are at least as probable as `above`."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        person = self.get_object()
        values = self.read_body(AcceptSerializer)
        change = proposal_services.accept(
            user=user_of(request), person=person, face_ids=values.get("faces"), above=values.get("above")
        )
        return self.answer(person, [change])

    @extend_schema(
        request=FaceIdsSerializer,
        responses=PersonChangedSerializer,
        operation_id="people_proposals_refuse",
    )
    @action(detail=True, methods=["post"], url_path="proposals/refuse")
    def refuse_proposals(self, request: Request, room: str, pk: int) -> Response:
        """No: these faces are not this person, wherever they are now."""
        require(user_of(request), Action.EDIT_PEOPLE, self.room)
        person = self.get_object()
        faces = self.read_body(FaceIdsSerializer)["faces"]
        change = proposal_services.refuse(user=user_of(request), person=person, face_ids=faces)
        return self.answer(person, [change])

    def answer(self, person: Person, changes: list[PersonChange | None]) -> Response:
        return Response(changed(self, person, changes))


def changed(view: InRoomViewSet, person: Person | None, changes: list[PersonChange | None]) -> Any:
    """The person as they are now (those into whom they were merged), and what can be undone."""
    current = None
    if person is not None:
        people = (
            Person.objects.visible_to(user_of(view.request))
            .filter(room=view.room)
            .select_related("cover", "user")
        )
        current = people.filter(pk=person.pk).first()
        if current is not None and current.merged_into_id:
            current = people.filter(pk=current.merged_into_id).first()
    made = [change for change in changes if change is not None]
    answer = {"person": current, "changes": made}
    return PersonChangedSerializer(answer, context=view.get_serializer_context()).data
