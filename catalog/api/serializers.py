"""What the API says about an item. Every field is named; texts come in both languages."""

from typing import Any

from rest_framework import serializers

from catalog.models import ServiceItem
from catalog.schema.form import form_schema
from catalog.selectors.browse import Entry
from catalog.selectors.guide import Guide

ADDRESS = "/services/{}/"


class TextSerializer(serializers.Serializer[Any]):
    zh = serializers.CharField()
    en = serializers.CharField(allow_blank=True)


class DepartmentSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    region = serializers.CharField(source="region_id")


class LimitSerializer(serializers.Serializer[Any]):
    amount = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=["working_days", "natural_days"])
    note = TextSerializer(allow_null=True)


class ItemSerializer(serializers.Serializer[Any]):
    """One row of the list."""

    code = serializers.CharField(source="item.code")
    name = serializers.CharField(source="item.name")
    name_en = serializers.CharField(source="item.name_en", allow_blank=True)
    plain_name = TextSerializer(source="definition.plain_name", default=None, allow_null=True)
    item_type = serializers.ChoiceField(
        source="item.item_type", choices=ServiceItem._meta.get_field("item_type").choices or []
    )
    audience = serializers.ChoiceField(source="item.audience", choices=ServiceItem.Audience.choices)
    status = serializers.ChoiceField(source="item.status", choices=ServiceItem.Status.choices)
    guide_published = serializers.SerializerMethodField()
    online = serializers.BooleanField(source="definition.online", default=False)
    department = DepartmentSerializer(source="item.department")
    address = serializers.SerializerMethodField()

    def get_guide_published(self, entry: Entry) -> bool:
        return entry.definition is not None

    def get_address(self, entry: Entry) -> str:
        return ADDRESS.format(entry.item.code)


class ReleaseSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    content_hash = serializers.CharField()
    in_force_from = serializers.DateField()
    in_force_to = serializers.DateField(allow_null=True)
    is_sample = serializers.BooleanField()


class EligibilitySerializer(serializers.Serializer[Any]):
    text = TextSerializer()


class LimitsSerializer(serializers.Serializer[Any]):
    statutory = LimitSerializer(allow_null=True)
    promised = LimitSerializer()


class FeeSerializer(serializers.Serializer[Any]):
    amount = serializers.FloatField()
    text = TextSerializer()
    basis = TextSerializer(allow_null=True)


class ContactsSerializer(serializers.Serializer[Any]):
    enquiry = TextSerializer()
    complaint = TextSerializer()
    hall = TextSerializer()


class MaterialSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = TextSerializer()
    issuer = TextSerializer()
    note = TextSerializer(allow_null=True)
    proven_by = serializers.CharField(allow_null=True)
    required = serializers.BooleanField()  # type: ignore[assignment]


class StepSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(source="plan.code")
    kind = serializers.CharField(source="plan.kind")
    title = TextSerializer(source="plan.title")
    plain = TextSerializer(source="plan.plain")
    limit = LimitSerializer(source="plan.limit", allow_null=True)
    department = DepartmentSerializer(allow_null=True)


class FaqSerializer(serializers.Serializer[Any]):
    question = TextSerializer()
    answer = TextSerializer()


class GuideSerializer(serializers.Serializer[Guide]):
    """The published guide of an item."""

    release = ReleaseSerializer()
    name = TextSerializer(source="definition.name")
    plain_name = TextSerializer(source="definition.plain_name")
    summary = TextSerializer(source="definition.summary")
    lead = TextSerializer(source="definition.lead")
    entrustment = TextSerializer(source="definition.entrustment", allow_null=True)
    audience = serializers.ListField(source="definition.audience", child=serializers.CharField())
    online = serializers.BooleanField(source="definition.online")
    eligibility = EligibilitySerializer(source="definition.eligibility", many=True)
    limits = LimitsSerializer(source="definition.limits")
    latest_day = serializers.DateField(source="due.day")
    latest_day_provisional = serializers.BooleanField(source="due.provisional")
    fee = FeeSerializer(source="definition.fee")
    visits = serializers.IntegerField(source="definition.visits")
    basis = serializers.ListField(source="definition.basis", child=serializers.CharField())
    contacts = ContactsSerializer(source="definition.contacts")
    materials = MaterialSerializer(source="definition.materials", many=True)
    steps = StepSerializer(many=True)
    faq = FaqSerializer(source="definition.faq", many=True)
    form = serializers.SerializerMethodField()

    def get_form(self, guide: Guide) -> dict[str, Any] | None:
        """The form as JSON Schema 2020-12; null when there is none online."""
        return form_schema(guide.definition) if guide.definition.online else None


class ItemDetailSerializer(serializers.Serializer[Any]):
    """One item whole: the guide in force, or null with the guides that explain it instead."""

    code = serializers.CharField(source="item.code")
    name = serializers.CharField(source="item.name")
    name_en = serializers.CharField(source="item.name_en", allow_blank=True)
    basic_code = serializers.CharField(source="item.basic_code", allow_blank=True)
    local_code = serializers.CharField(source="item.local_code", allow_blank=True)
    item_type = serializers.CharField(source="item.item_type")
    audience = serializers.CharField(source="item.audience")
    status = serializers.CharField(source="item.status")
    department = DepartmentSerializer(source="item.department")
    address = serializers.SerializerMethodField()
    guide = GuideSerializer(allow_null=True)
    explained_by = serializers.ListField(child=serializers.CharField())

    def get_address(self, detail: dict[str, Any]) -> str:
        return ADDRESS.format(detail["item"].code)
