from __future__ import annotations

from django.db.models import QuerySet
from rest_framework import mixins
from rest_framework.viewsets import GenericViewSet

from albums.api.pagination import NumberedPages
from albums.api.serializers.rooms import ReceiptSerializer
from albums.api.views.base import user_of
from albums.models import Receipt


class ReceiptViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Receipt]):
    """Receipts of rooms that you were in and that have ended."""

    queryset = Receipt.objects.none()
    serializer_class = ReceiptSerializer
    pagination_class = NumberedPages
    filter_backends = ()
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Receipt]:
        return Receipt.objects.filter(readers=user_of(self.request), ended_at__isnull=False)
