"""The applicant's own cases."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import generics
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications.api.pages import NewestFirst
from applications.api.schema import shows
from applications.api.serializers import CaseSerializer, OwnCaseSerializer
from applications.models import Application
from applications.selectors.own import own_case, own_cases, record_own_cases


class CasesView(generics.ListAPIView[Application]):
    """One's own cases, newest first. The look is recorded, of a page that is there."""

    serializer_class = CaseSerializer
    pagination_class = NewestFirst
    permission_classes = [IsAuthenticated]

    def get_queryset(self) -> QuerySet[Application]:
        return own_cases(self.request.actor)  # type: ignore[attr-defined]

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        record_own_cases(self.request.actor)  # type: ignore[attr-defined]
        return rows


class CaseView(APIView):
    """One of one's own cases: where it is, who has it, until when. The look is recorded."""

    permission_classes = [IsAuthenticated]

    @shows(OwnCaseSerializer)
    def get(self, request: Request, reference: str) -> Response:
        case = own_case(request.actor, reference)  # type: ignore[attr-defined]
        return Response(OwnCaseSerializer(case).data)
