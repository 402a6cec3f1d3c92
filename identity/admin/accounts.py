"""Accounts: staff of all kinds, and those of citizens, found one by one and with an entry."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Purpose
from audit.kernel.errors import Refused
from audit.kernel.sentences import in_a_row
from audit.trail import record
from identity.actions.link_officer import link_officer
from identity.admin.account_forms import AccountForm, NewOfficerForm, OfficerForm, StaffForm
from identity.admin.kept import KeptAdmin, actor_of
from identity.models import Account, Posting
from identity.selectors.officer_links import has_link

ACCOUNT_VIEWED = "account.viewed"


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


def _record_look(request: HttpRequest, account: Account) -> None:
    """That a citizen's account was opened; nobody is named while it is not known whose it is."""
    record(
        actor=actor_of(request),
        verb=ACCOUNT_VIEWED,
        on=account,
        subjects=[account.person_id] if account.person_id else [],
        purpose=Purpose.duty("tables"),
    )
