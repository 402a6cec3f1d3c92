"""`/api/v1/items/`: the list with its filters, and one item whole."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.api.serializers import ItemDetailSerializer, ItemSerializer
from catalog.models import ServiceItem
from catalog.models.item import ServiceItemQuerySet
from catalog.search.engine import find
from catalog.selectors.browse import entries_of
from catalog.selectors.guide import offer_of
from catalog.typed import plain_of, sentence_of

MOST_HITS = 20


class ItemPages(CursorPagination):
    """Pages by key: the next one costs the same however far one reads."""

    page_size = 50
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering = "code"


class ItemListView(APIView):
    """Every item people can ask for."""

    authentication_classes = ()
    pagination_class = ItemPages

    @extend_schema(
        operation_id="items_list",
        parameters=[
            OpenApiParameter("q", str, description="What somebody wants, in their own words."),
            OpenApiParameter("department", str, description="Code of a department."),
            OpenApiParameter("life_event", str, description="Slug of a life event."),
            OpenApiParameter("cursor", str, description="Where the page before ended."),
            OpenApiParameter("page_size", int, description="Rows a page, at most 100."),
        ],
        responses=ItemSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        today = timezone.localdate()
        chosen = self._chosen(request)
        sentence = sentence_of(request.query_params.get("q", ""))
        if sentence:
            allowed = set(chosen.values_list("pk", flat=True))
            hits = find(sentence, limit=MOST_HITS, region=settings.PORTAL_REGION)
            entries = entries_of([hit.item for hit in hits if hit.item.pk in allowed], today)
            rows = ItemSerializer(entries, many=True).data
            return Response({"next": None, "previous": None, "results": rows})
        pages = ItemPages()
        page = pages.paginate_queryset(chosen.select_related("department"), request, view=self)
        rows = ItemSerializer(entries_of(list(page or []), today), many=True).data
        return pages.get_paginated_response(rows)

    @staticmethod
    def _chosen(request: Request) -> ServiceItemQuerySet:
        items = ServiceItem.objects.offered()
        for name, column in (
            ("department", "department__code"),
            ("life_event", "life_events__slug"),
        ):
            value = request.query_params.get(name)
            if value is not None:
                items = items.filter(**{column: value}) if plain_of(value) else items.none()
        return items


class ItemView(APIView):
    """One item with its guide and its form."""

    authentication_classes = ()

    @extend_schema(operation_id="items_retrieve", responses=ItemDetailSerializer)
    def get(self, request: Request, code: str) -> Response:
        offer = offer_of(code.upper(), timezone.localdate())
        detail: dict[str, Any] = {
            "item": offer.item,
            "guide": offer.guide,
            "explained_by": [one.code for one in offer.explained_by],
        }
        return Response(ItemDetailSerializer(detail).data)
