from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from albums.api.pagination import NumberedPages
from albums.api.serializers.people import AnswerSerializer, PersonChangedSerializer, QuestionSerializer
from albums.api.views.base import InRoomViewSet, user_of
from albums.api.views.people import changed
from albums.models import Question
from albums.services.questions import answer, open_for


class QuestionViewSet(mixins.ListModelMixin, InRoomViewSet):
    """What the machine doubts and you may answer, what a yes brings most first."""

    noun = "question"
    queryset = Question.objects.none()
    serializer_class = QuestionSerializer
    pagination_class = NumberedPages
    filter_backends = ()

    def rows(self) -> QuerySet[Any]:
        if self.action != "list":  # the service says who may answer
            return Question.objects.open().filter(room=self.room).select_related("room")
        questions = open_for(user_of(self.request), self.room).with_people()
        questions = questions.select_related("person__user", "other__user", "face__person")
        return questions.defer("person__cover__descriptor", "other__cover__descriptor", "face__descriptor")

    @extend_schema(request=AnswerSerializer, responses=PersonChangedSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, room: str, pk: int) -> Response:
        """`yes` merges or confirms, `no` keeps apart, `unsure` asks again after the others."""
        question = self.get_object()
        said = self.read_body(AnswerSerializer)["answer"]
        change = answer(user=user_of(request), question=question, answer=said)
        return Response(changed(self, question.person, [change]))
