"""Plain tables of the back office: accounts, postings, registers. Nothing personal is here but the
user names of citizens, whose accounts are found one by one and with an entry.

Persons are found through the desk, with a purpose and a trace, never through these tables. Every
change is recorded; nothing is deleted; Django's own admin log is not written.
"""

from typing import Any, cast

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group, Permission
from django.db.models import (
    Case,
    ForeignKey,
    ManyToManyField,
    Model,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from audit.admin import RecordedAdmin
from audit.kernel.actors import Actor, Purpose
from audit.kernel.errors import Refused
from audit.kernel.sentences import in_a_row
from audit.trail import record
from identity.actions.enter_posting import end_posting, enter_posting
from identity.actions.link_officer import link_officer
from identity.http import PortalRequest
from identity.models import Account, Posting, RecordSource, RecordType
from identity.models.posting import ADMINISTRATION_OF
from identity.numbers import read_citizen_number
from identity.rights import capacity_of_group
from identity.selectors.officer_links import has_link

OPEN_TO_GROUPS = ("catalog",)  # cases are read at the desk, rules change with a release


ACCOUNT_VIEWED = "account.viewed"


class KeptAdmin(RecordedAdmin):
    """A table whose rows stay: what has been is ended or closed, never deleted. One row is entered
    at a time, so that saving has one button."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        one = {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().changeform_view(
            request, object_id, form_url, {**one, **(extra_context or {})}
        )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AccountForm(forms.ModelForm):
    class Meta:
        model = Account
        fields = ["username", "language", "is_active"]


class StaffForm(AccountForm):
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)


class OfficerForm(StaffForm):
    """An officer nobody has said yet of whom they are as a citizen."""

    number = forms.CharField(
        label=_("Officer's identity number"),
        required=False,
        help_text=_(
            "Keeps the officer's own cases out of the officer's hands, once security administration"
            " has confirmed it. The number is not kept here; each one entered is written down and"
            " counts."
        ),
    )

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"]
        read = read_citizen_number(typed)
        if typed and read is None:
            raise forms.ValidationError(_("This is no identity number. Check each figure."))
        return read.value if read else ""


class NewOfficerForm(OfficerForm):
    """A new staff account starts without a password: its holder chooses one by the mail that goes
    out when a posting is confirmed, so that an account without an address would let nobody in."""

    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_(
            "The office address. When security administration has confirmed a posting, a link to"
            " the first password is mailed to it."
        ),
    )


@admin.register(Account)
class AccountAdmin(KeptAdmin):
    """Staff accounts. Citizens' accounts are their own affair and can only be closed: each is found
    by its whole user name alone, and opening it names its holder in the trail."""

    about = _(
        "Which officers and programs may sign in. A new account is an officer's: give it a posting"
        " next, which security administration confirms. A citizen's account can only be closed: it"
        " is found by its whole user name, and its holder reads that it was opened."
    )
    list_display = ["username", "kind", "posts", "is_active", "last_login"]
    list_filter = ["kind", "is_active"]
    ordering = ["username"]
    search_fields = ["username"]
    search_help_text = _("User name, or a part of it; a citizen's whole.")

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Account]", search_term: str
    ) -> tuple["QuerySet[Account]", bool]:
        found, is_doubled = super().get_search_results(request, queryset, search_term)
        citizens = Q(kind=Account.Kind.CITIZEN)
        named = queryset.filter(citizens, username=search_term)
        for account in named:
            _record_look(request, account)
        return found.exclude(citizens) | named, is_doubled

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Account | None:
        account: Account | None = super().get_object(request, object_id, from_field)
        if account is not None and account.kind == Account.Kind.CITIZEN:
            _record_look(request, account)
        return account

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Account]":
        held = Posting.objects.in_force().order_by("officer_code")
        accounts = super().get_queryset(request)
        return accounts.prefetch_related(Prefetch("postings", held, to_attr="held"))

    @admin.display(description=_("postings in use"))
    def posts(self, account: Account) -> str:
        """What the account can do today, by officer code."""
        held: list[Posting] = getattr(account, "held", [])
        lines = ((one.officer_code, one.get_capacity_display()) for one in held)
        return format_html_join(mark_safe("<br>"), "{} · {}", lines) or self.empty_value_display

    def save_model(
        self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool
    ) -> None:
        account = cast(Account, obj)
        if not change:
            account.kind = Account.Kind.STAFF
            account.set_unusable_password()
        super().save_model(request, obj, form, change)
        email = form.cleaned_data.get("email")
        if email and not change:
            EmailAddress.objects.create(user=account, email=email.lower(), primary=True)
        self._link(request, account, form.cleaned_data.get("number", ""))

    def _link(self, request: HttpRequest, account: Account, number: str) -> None:
        """The rest of the row is kept, also where the numbers of one administrator are used up."""
        if not number:
            return
        try:
            link = link_officer(actor=actor_of(request), account=account, number=number)
        except Refused as refusal:
            messages.error(request, in_a_row(refusal.message, refusal.next_step))
            return
        if link is None:
            messages.warning(request, _("Nobody here has this identity number: nobody was linked."))
        else:
            messages.info(
                request,
                _("Entered. Who the officer is holds once security administration confirms it."),
            )

    def get_form(
        self, request: HttpRequest, obj: Account | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """The address is entered once: later it would be a way into somebody's account. Who an
        officer is as a citizen is not said while it was said already, and never by the officer."""
        kwargs["form"] = AccountForm
        if obj is None:
            kwargs["form"] = NewOfficerForm
        elif obj.is_staff:
            is_open = obj.pk != request.user.pk and not has_link(obj.pk)
            kwargs["form"] = OfficerForm if is_open else StaffForm
        return super().get_form(request, obj, change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> list[str]:
        return ["username", "language"] if obj and not obj.is_staff else []


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


@admin.register(RecordSource)
class RecordSourceAdmin(KeptAdmin):
    """Which registers are asked. Where one answers, whoever runs the portal says by command."""

    about = _(
        "Which registers are asked for what people need not type. One that is not in use is not"
        " asked, and its values are typed. Who runs the portal adds registers by command."
    )
    list_display = ["code", "name_zh", "record_type", "endpoint", "enabled"]
    list_filter = ["enabled"]
    raw_id_fields = ["department"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(
        self, request: HttpRequest, obj: RecordSource | None = None
    ) -> list[str]:
        return ["code", "record_type", "endpoint"]


@admin.register(RecordType)
class RecordTypeAdmin(KeptAdmin):
    """The kinds of proof that registers give."""

    about = _("The kinds of proof that registers give, in both languages.")
    list_display = ["code", "name_zh", "name_en"]


class PermissionsField(forms.ModelMultipleChoiceField):
    """Rights in words; the framework keeps its own sentences in English only."""

    ACTS = {
        "add": _("%(table)s: add rows"),
        "change": _("%(table)s: change rows"),
        "delete": _("%(table)s: delete rows"),
        "view": _("%(table)s: look at rows"),
    }

    def label_from_instance(self, obj: Model) -> str:
        right = cast(Permission, obj)
        words = self.ACTS.get(right.codename.partition("_")[0])
        table = right.content_type.model_class()
        return str(words) % {"table": table._meta.verbose_name} if words and table else right.name


@admin.register(Group)
class GroupAdmin(KeptAdmin):
    """What the holders of a post may do in these tables. The powers of administration come with the
    posting and are not widened here, by nobody and least of all by who holds one."""

    about = _(
        "One group for each post of each department: what its holders may do in the tables of the"
        " catalogue. Groups of administration are not widened."
    )
    list_display = ["name"]
    ordering = ["name"]
    search_fields = ["name"]
    search_help_text = _("Name of the group, or a part of it.")
    filter_horizontal = ["permissions"]

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        if obj is not None and capacity_of_group(obj) in ADMINISTRATION_OF:
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> list[str]:
        """The name says which post the group belongs to."""
        return ["name"] if obj else []

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "permissions":
            tables = Permission.objects.filter(content_type__app_label__in=OPEN_TO_GROUPS)
            kwargs["queryset"] = tables.select_related("content_type")
            kwargs["form_class"] = PermissionsField
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _record_look(request: HttpRequest, account: Account) -> None:
    """That a citizen's account was opened; nobody is named while it is not known whose it is."""
    record(
        actor=actor_of(request),
        verb=ACCOUNT_VIEWED,
        on=account,
        subjects=[account.person_id] if account.person_id else [],
        purpose=Purpose.duty("tables"),
    )


def actor_of(request: HttpRequest) -> Actor:
    """The officer at work; the admin types its requests loosely."""
    return cast(PortalRequest, request).actor
