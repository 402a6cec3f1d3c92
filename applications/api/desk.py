"""The desk for officers' programs: the same actions and the same refusals as the pages."""

import re
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import generics, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from applications.access import workable_queue_ids
from applications.actions.approve import StoppedByRules, approve_application
from applications.actions.claim import claim_case, claim_next_once
from applications.actions.reject import reject_application
from applications.actions.request_correction import DAYS_TO_ANSWER, request_correction
from applications.api.pages import MostUrgentFirst
from applications.api.schema import shows
from applications.api.serializers import DeskCaseSerializer
from applications.api.tokens import OfficerToken
from applications.case_trail import record_listed
from applications.models import Application
from applications.selectors.desk import MINE, UNCLAIMED, WAITING, desk_cases
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.kernel.plain import without_disguise
from identity.access import own_affairs_of

LONGEST = 2000
KEY = "Idempotency-Key"
KEY_SHAPE = re.compile(r"[A-Za-z0-9._:-]{8,80}")
STOPPED = 409


class Words(serializers.CharField):
    """What an officer writes, made plain as on the pages before it is checked."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(without_disguise(data) if isinstance(data, str) else data)


class StateSerializer(serializers.Serializer[Any]):
    """Where a case stands after an act."""

    reference = serializers.CharField()
    state = serializers.CharField()


class OfficerView(APIView):
    """An act of an officer who came with a token."""

    authentication_classes: list[type[BaseAuthentication]] = [OfficerToken]
    permission_classes = [IsAuthenticated]

    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined,no-any-return]


class QueueView(generics.ListAPIView[Application]):
    """The desk: `show` is mine, unclaimed or waiting. Whose cases a page holds is recorded."""

    serializer_class = DeskCaseSerializer
    pagination_class = MostUrgentFirst
    authentication_classes: list[type[BaseAuthentication]] = [OfficerToken]
    permission_classes = [IsAuthenticated]

    def get_queryset(self) -> QuerySet[Application]:
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        tab = self.request.query_params.get("show", MINE)
        tab = tab if tab in (MINE, UNCLAIMED, WAITING) else MINE
        own = own_affairs_of(actor.account_id)
        return desk_cases(actor, tab, workable_queue_ids(actor), own)

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        record_listed(rows or [], actor=actor)
        return rows


class NextView(OfficerView):
    """Take the most urgent case nobody has; 204 when nothing is waiting.

    The request carries an `Idempotency-Key` of the program's own making: sent again under the same
    key it gives the same case and takes no other.
    """

    @shows(StateSerializer, headers={KEY: "Chosen anew for each case to be taken"})
    def post(self, request: Request) -> Response:
        key = request.headers.get(KEY, "")
        if not KEY_SHAPE.fullmatch(key):
            raise Refused(
                code="request.key_needed",
                message=_("Taking a case needs a key, so that asking twice takes only one."),
                next_step=_("Send the header Idempotency-Key with 8 to 80 letters and figures."),
                status=400,
            )
        application = claim_next_once(actor=self.actor(), key=key)
        return Response(status=204) if application is None else _state(application)


class ClaimView(OfficerView):
    @shows(StateSerializer)
    def post(self, request: Request, reference: str) -> Response:
        return _state(claim_case(actor=self.actor(), reference=reference))


class ApproveView(OfficerView):
    """Grant. A rule that stands in the way answers 409 with its code, and the alarm stays."""

    class Approval(serializers.Serializer[Any]):
        reason = Words(max_length=LONGEST)
        no_interest = serializers.BooleanField()
        although = Words(max_length=LONGEST, required=False, allow_blank=True)

    @shows(StateSerializer, takes=Approval)
    def post(self, request: Request, reference: str) -> Response:
        given = _checked(self.Approval(data=request.data))
        result = approve_application(actor=self.actor(), reference=reference, **given)
        if isinstance(result, StoppedByRules):
            body = {
                "reference": reference,
                "state": result.application.state,
                "rules": result.verdict.codes,
                "missing": [name for one in result.verdict.unknown for name in one.missing],
            }
            return Response(body, status=STOPPED)
        return _state(result.application)


class RejectView(OfficerView):
    class Refusal(serializers.Serializer[Any]):
        grounds = serializers.ListField(child=Words(max_length=500), min_length=1, max_length=20)
        reason = Words(max_length=LONGEST)

    @shows(StateSerializer, takes=Refusal)
    def post(self, request: Request, reference: str) -> Response:
        given = _checked(self.Refusal(data=request.data))
        return _state(reject_application(actor=self.actor(), reference=reference, **given))


class CorrectionView(OfficerView):
    class Corrections(serializers.Serializer[Any]):
        class ToPutRight(serializers.Serializer[Any]):
            target = Words(max_length=80)
            text = Words(max_length=500)

        points = serializers.ListField(child=ToPutRight(), min_length=1, max_length=50)
        days = serializers.IntegerField(min_value=1, max_value=60, default=DAYS_TO_ANSWER)
        news = Words(max_length=500, required=False, allow_blank=True)

    @shows(StateSerializer, takes=Corrections)
    def post(self, request: Request, reference: str) -> Response:
        given = _checked(self.Corrections(data=request.data))
        return _state(request_correction(actor=self.actor(), reference=reference, **given))


def _checked(form: serializers.Serializer[Any]) -> dict[str, Any]:
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _state(application: Application) -> Response:
    return Response(StateSerializer(application).data)
