"""Writing down a fact a rule needs and nobody has supplied: a form that fits the fact."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.access import get_in_hand
from applications.actions.decide import require_in_work
from applications.actions.state_fact import state_fact
from applications.actions.view import see_rules
from applications.compliance.evaluate import rules_for
from applications.compliance.stated import CHOICE, YES_NO, FactKind, Stated, kind_of_fact
from applications.definitions import definition_for
from applications.models import Application
from applications.views.desk import at_the_desk
from applications.views.desk_case import missing_facts
from applications.views.desk_forms import area, line
from applications.views.desk_pages import attempt, form_page, within_the_case
from audit.kernel.errors import Refused
from catalog.schema.elements import Unreadable
from identity.http import SignedInRequest

NONE = "none"


class FactForm(forms.Form):
    """What the fact is, as its kind wants it, and how it was found out."""

    field = forms.CharField(widget=forms.HiddenInput)
    evidence = forms.CharField(
        label=gettext_lazy("How you found it out"),
        help_text=gettext_lazy(
            "For example the register you asked and the date, or the visit you made."
        ),
        max_length=500,
        widget=area(2),
        error_messages={"required": gettext_lazy("Write how you found it out.")},
    )

    def __init__(self, data: QueryDict | None = None, *, kind: FactKind) -> None:
        super().__init__(data, initial={"field": kind.field})
        self.kind = kind
        if kind.kind in (YES_NO, CHOICE):
            self.fields["value"] = self._picked()
        else:
            self.fields["value"] = self._written()
            self.fields["is_none"] = forms.BooleanField(
                label=_("There is nothing of the kind"), required=False
            )
        self.order_fields(["field", "value", "is_none", "evidence"])

    def _picked(self) -> forms.Field:
        options = list(self.kind.options) or [("yes", _("Yes")), ("no", _("No"))]
        if self.kind.kind == CHOICE:
            options.append((NONE, _("There is nothing of the kind")))
        return forms.ChoiceField(
            label=self.kind.words,
            choices=options,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose what the fact is."),
                "invalid_choice": _("Choose what the fact is."),
            },
        )

    def _written(self) -> forms.Field:
        unit = self.kind.show(0).partition("0")[2].strip() if self.kind.is_number else ""
        hint = _("A number. Unit: %(unit)s") % {"unit": unit} if unit else _("A number.")
        return forms.CharField(
            label=self.kind.words,
            help_text=hint if self.kind.is_number else "",
            max_length=200,
            required=False,
            widget=line(),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        raw = data.get("value", "")
        data["fact"] = None
        if data.get("is_none") or raw == NONE or "value" in self.errors:
            return data
        if not raw:
            self.add_error("value", _("Write the value, or tick that there is nothing."))
            return data
        try:
            data["fact"] = self.kind.parse(raw)
        except Unreadable as unreadable:
            self.add_error("value", str(unreadable.message))
        return data


@require_http_methods(["GET", "POST"])
@at_the_desk
@within_the_case
def fact(request: SignedInRequest, reference: str) -> HttpResponse:
    """One fact at a time; which ones are missing is shown first, when there are several."""
    if request.method == "POST":
        return _write_down(request, reference)
    application = get_in_hand(request.actor, reference)
    require_in_work(application)
    seen = see_rules(actor=request.actor, reference=reference)
    missing = missing_facts(seen.verdict, seen.definition)
    field = request.GET.get("field", "")
    if not field and len(missing) == 1:
        field = missing[0][0]
    if field in dict(missing) or field in seen.stated:
        form = FactForm(kind=_kind(application, field))
        return _page(request, application, form)
    if not missing:
        raise Refused(
            code="application.no_fact_missing",
            message=_("No fact is missing in this case."),
            next_step=_("You can go on with it."),
        )
    context = form_page(application, None, _("Write down a missing fact"), "")
    return render(request, "applications/desk/facts.html", context | {"missing": missing})


def _write_down(request: SignedInRequest, reference: str) -> HttpResponse:
    application = get_in_hand(request.actor, reference)
    form = FactForm(request.POST, kind=_kind(application, request.POST.get("field", "")))
    if form.is_valid() and attempt(form, lambda: _state(request, reference, form)):
        messages.success(request, _("Written down. The rules were asked again."))
        return redirect("desk:case", reference)
    return _page(request, application, form)


def _state(request: SignedInRequest, reference: str, form: FactForm) -> None:
    value: Stated = form.cleaned_data["fact"]
    state_fact(
        actor=request.actor,
        reference=reference,
        field=form.kind.field,
        value=value,
        evidence=form.cleaned_data["evidence"],
    )


def _kind(application: Application, field: str) -> FactKind:
    """The kind of a fact; a field the rules do not know is refused when it is written down."""
    return kind_of_fact(field, definition_for(application), rules_for(application.item.code))


def _page(request: SignedInRequest, application: Application, form: FactForm) -> HttpResponse:
    context = form_page(application, form, _("Write down a missing fact"), _("Write down"))
    return render(request, "applications/desk/decide.html", context)
