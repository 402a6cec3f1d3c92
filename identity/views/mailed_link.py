"""A link to a new password, opened at a door."""

from typing import Any

from allauth.account.views import PasswordResetFromKeyView
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from identity.doors import STAFF_DOOR, door_of
from identity.mailed_links import door_of_link


class MailedLinkView(PasswordResetFromKeyView):
    """Works at the door of the account it was mailed for. At the other one nothing of it is kept
    or spent: the page says where it belongs, and leads there. Opening it spends it nowhere, since
    mail programs open links before people do; choosing a password does."""

    def dispatch(
        self, request: HttpRequest, uidb36: str, key: str, **kwargs: Any
    ) -> HttpResponseBase:
        door = door_of_link(uidb36, key)
        if door is None or door is door_of(request):
            response: HttpResponseBase = super().dispatch(request, uidb36, key, **kwargs)
            return response
        named = {"uidb36": uidb36, "key": key}
        page = reverse("account_reset_password_from_key", door.urlconf, kwargs=named)
        context = {"page": page, "is_staffs": door is STAFF_DOOR}
        return render(request, "account/password_reset_other_door.html", context)


password_from_link = never_cache(MailedLinkView.as_view())
