"""What the API says of cases. Every field is listed, so that a new column is not given away."""

from typing import Any

from rest_framework import serializers

from applications.models import Application
from applications.selectors.own import OwnCase, Progress


class CaseSerializer(serializers.ModelSerializer[Application]):
    """One line of the applicant's own list."""

    item = serializers.CharField(source="item.code")
    name = serializers.CharField(source="item.name")
    state_words = serializers.CharField(source="get_state_display")

    class Meta:
        model = Application
        fields = [
            "reference",
            "item",
            "name",
            "state",
            "state_words",
            "submitted_at",
            "due_on",
            "due_is_provisional",
            "decided_at",
        ]
        read_only_fields = fields


class DeskCaseSerializer(serializers.ModelSerializer[Application]):
    """One line of an officer's desk: enough to choose a case, nothing of its content."""

    item = serializers.CharField(source="item.code")
    name = serializers.CharField(source="item.name")
    applicant = serializers.CharField(source="masked_name")
    has_alarm = serializers.BooleanField()

    class Meta:
        model = Application
        fields = [
            "reference",
            "item",
            "name",
            "applicant",
            "state",
            "submitted_at",
            "due_on",
            "claimed_label",
            "has_alarm",
        ]
        read_only_fields = fields


class KnotSerializer(serializers.Serializer[dict[str, Any]]):
    """One knot of the line from handing in to the outcome."""

    title = serializers.CharField()
    kind = serializers.CharField(allow_blank=True, default="")
    at = serializers.DateTimeField(allow_null=True, default=None)
    who = serializers.CharField(allow_blank=True, default="")
    note = serializers.CharField(allow_blank=True, default="")


class PointSerializer(serializers.Serializer[Any]):
    target = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()


class OutcomeSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    code = serializers.CharField()
    result = serializers.CharField()
    issued_at = serializers.DateTimeField()
    valid_until = serializers.DateField(allow_null=True)


class OwnCaseSerializer(serializers.Serializer[OwnCase]):
    """The applicant's own case: state, holder, date and the whole line."""

    reference = serializers.CharField(source="application.reference")
    item = serializers.CharField(source="application.item.code")
    name = serializers.CharField(source="application.item.name")
    state = serializers.CharField(source="application.state")
    state_words = serializers.CharField(source="progress.state_words")
    holder = serializers.CharField(source="progress.holder")
    held_since = serializers.DateTimeField(source="progress.held_since", allow_null=True)
    due_on = serializers.DateField(source="application.due_on", allow_null=True)
    is_paused = serializers.BooleanField(source="progress.is_paused")
    days_late = serializers.IntegerField(source="progress.days_late")
    steps = serializers.SerializerMethodField()
    asked_for = PointSerializer(source="points", many=True)
    outcome = OutcomeSerializer(source="progress.outcome", allow_null=True)

    def get_steps(self, case: OwnCase) -> list[dict[str, Any]]:
        progress: Progress = case.progress
        return [KnotSerializer(knot).data for knot in progress.entries]
