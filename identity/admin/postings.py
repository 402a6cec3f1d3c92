"""Postings: who works where and as what, entered here and confirmed elsewhere."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Case, ForeignKey, Model, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.actions.enter_posting import end_posting, enter_posting
from identity.admin.kept import KeptAdmin, actor_of
from identity.models import Posting


class CalledField(forms.ModelChoiceField):
    """A row by the name people type, or by its number, which the magnifier puts in."""

    called = {"account": "username", "department": "code"}
    help_texts = {
        "account": _("Type the user name, or press the magnifier and choose."),
        "department": _("Type the code of the department, or press the magnifier and choose."),
    }
    missing = {
        "account": _(
            "There is no account of this name. Type the user name as it was entered, or press the"
            " magnifier and choose."
        ),
        "department": _(
            "There is no department with this code. Type all of the code, or press the magnifier"
            " and choose."
        ),
    }

    def __init__(self, *args: Any, column: str, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "help_text": self.help_texts[column]})
        self.name_column = self.called[column]
        self.error_messages["invalid_choice"] = self.missing[column]
        # Wide enough for a name; the script of the magnifier looks for the first of the two.
        self.widget.attrs["class"] = "vForeignKeyRawIdAdminField vTextField"

    def to_python(self, value: Any) -> Model | None:
        typed = str(value or "").strip()
        rows = cast("QuerySet[Model]", self.queryset)
        named = rows.filter(**{self.name_column: typed}).first() if typed else None
        try:
            return named or super().to_python(typed)
        except forms.ValidationError as fault:  # the framework speaks of UUIDs
            raise forms.ValidationError(self.error_messages["invalid_choice"]) from fault


class StandingFilter(admin.SimpleListFilter):
    """What a posting is worth today."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STANDINGS.items())

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[Posting]"
    ) -> "QuerySet[Posting] | None":
        chosen = self.value()
        return queryset.filter(Q(standing_of=chosen)) if chosen in STANDINGS else None


ENDED, WAITING, COMING, IN_USE = "ended", "waiting", "coming", "in_use"
STANDINGS = {
    IN_USE: _("in use"),
    WAITING: _("waits to be confirmed"),
    COMING: _("not begun yet"),
    ENDED: _("ended"),
}


@admin.register(Posting)
class PostingAdmin(KeptAdmin):
    """Who works where and as what. It takes security administration to confirm what is entered."""

    about = _(
        "Who works in which department and as what. It counts once security administration has"
        " confirmed it. Another post is another posting: end this one and enter a new one."
    )
    list_display = [
        "officer_code",
        "account",
        "capacity",
        "department",
        "standing",
        "valid_from",
        "valid_to",
    ]
    list_filter = [StandingFilter, "capacity"]
    ordering = ["officer_code"]
    search_help_text = _("Officer code, user name or department, or a part of it.")
    list_select_related = ["account", "department"]
    search_fields = ["officer_code", "account__username", "department__name"]
    raw_id_fields = ["account", "department"]
    exclude = ["account_kind"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Posting]":
        today = timezone.localdate()
        standing = Case(
            When(valid_to__lt=today, then=Value(ENDED)),
            When(confirmed_at=None, then=Value(WAITING)),
            When(valid_from__gt=today, then=Value(COMING)),
            default=Value(IN_USE),
        )
        postings = super().get_queryset(request).annotate(standing_of=standing)
        return cast("QuerySet[Posting]", postings)

    @admin.display(description=_("standing"))
    def standing(self, posting: Posting) -> str:
        return str(STANDINGS[getattr(posting, "standing_of", IN_USE)])

    def save_model(
        self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool
    ) -> None:
        posting = enter_posting(actor=actor_of(request), posting=cast(Posting, obj))
        if posting.valid_to is not None:
            end_posting(actor=actor_of(request), posting=posting, on=posting.valid_to)

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs.update(form_class=CalledField, column=db_field.name)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        """Entering has recorded it already."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        """Entering has recorded it already."""

    def get_readonly_fields(self, request: HttpRequest, obj: Posting | None = None) -> list[str]:
        """Another post is another posting: end this one and enter a new one."""
        return ["account", "department", "capacity", "officer_code"] if obj else []
