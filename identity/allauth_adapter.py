"""Where the sign-in library asks us: who may use which door, and in which words."""

import time
from collections.abc import Iterable
from typing import Any, cast

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit.kernel.actors import Actor
from audit.trail import ObjectRef, record
from identity.actions.choose_language import choose_language
from identity.doors import CITIZENS_DOOR, STAFF_DOOR, door_of
from identity.ended import ENDED_ELSEWHERE, SIGNED_IN_ELSEWHERE, end_sessions, forget_reason
from identity.mailed_links import addressed
from identity.middleware import actor_of
from identity.models import Account
from identity.sealed.text import open_text, seal_text

TOTP_PLACE = "mfa_authenticator.data:secret"
PASSWORD_GIVEN = {"password", "password_reset"}
NO_MATCH = _("The user name and the password do not go together. Check both and try again.")
TRY_LATER = _("There were too many attempts. Please wait five minutes and try again.")
WRONG_CODE = _("This code does not fit. Wait for the next one in your app and enter that.")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in, registration and password reset as this portal wants them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": NO_MATCH,
        "username_password_mismatch": NO_MATCH,
        "invalid_login": NO_MATCH,
        "too_many_login_attempts": TRY_LATER,
        "rate_limited": TRY_LATER,
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("This is not your present password. Try once more."),
        "username_taken": _("This user name is taken. Please choose another one."),
        "username_blacklisted": _("This user name is kept free. Please choose another one."),
        "invalid_password_reset": _("This link is used up. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Staff accounts are made by an administrator, never by registering."""
        return door_of(request) is CITIZENS_DOOR

    def new_user(self, request: HttpRequest) -> Account:
        """Whoever registers is a citizen, written to in the language they registered in."""
        return Account(kind=Account.Kind.CITIZEN, language=get_language() or "zh-hans")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/admin/" if door_of(request) is STAFF_DOOR else "/my/"

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("identity:prove")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login") if door_of(request) is STAFF_DOOR else "/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def send_password_reset_mail(
        self, user: AbstractBaseUser, email: str, context: dict[str, Any]
    ) -> None:
        """The page says the same to everybody; a mail only goes to an account of this door. Its
        link knows the address, which is proved by choosing a password there."""
        if cast(Account, user).kind == door_of(self.request).kind:
            address = EmailAddress.objects.get(user_id=user.pk, email__iexact=email)
            key = addressed(context["key"], address)
            url = self.get_reset_password_from_key_url(f"{context['uid']}-{key}")
            super().send_password_reset_mail(
                user, address.email, {**context, "key": key, "password_reset_url": url}
            )

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponse | None:
        """A link to a new password signs nobody in at the other door."""
        if cast(Account, user).kind != door_of(request).kind:
            return redirect("account_login")
        return cast(HttpResponse | None, super().pre_login(request, user, **kwargs))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not on the way from the password to the first code app: it was given a moment ago."""
        if app == "allauth.mfa" and _just_gave_password(self.request):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponse:
        """Recorded. A staff account works in one place at a time: elsewhere it ends now, and is
        told so."""
        response = super().post_login(request, user, **kwargs)
        forget_reason(request.session, str(user.pk))
        record(actor=actor_of(request), verb="session.opened", on=ObjectRef.of(user))
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen in dict(settings.LANGUAGES):
            account = cast(Account, user)
            choose_language(actor=actor_of(request), account=account, language=chosen)
        if door_of(request) is STAFF_DOOR:
            others = UserSession.objects.filter(user_id=user.pk)
            here = request.session.session_key
            end_sessions(others.exclude(session_key=here), SIGNED_IN_ELSEWHERE)
        return cast(HttpResponse, response)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Recorded without the name that was tried: it may be anybody's, or a password."""
        record(
            actor=Actor.anonymous(getattr(request, "request_id", "")),
            verb="session.refused",
            on=ObjectRef("identity.door", door_of(request).kind),
            outcome="refused",
        )


def _just_gave_password(request: HttpRequest) -> bool:
    """Whether somebody without a code app gave or chose the password of this session just now."""
    account = cast(Account, request.user)
    if is_mfa_enabled(account, [Authenticator.Type.TOTP]):
        return False
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    return any(
        one["method"] in PASSWORD_GIVEN and one["at"] > since
        for one in get_authentication_records(request, account)
    )


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Where people end their own sessions elsewhere, on the page that lists them."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        end_sessions(sessions, ENDED_ELSEWHERE)


class MfaAdapter(DefaultMFAAdapter):
    """The second factor: secrets sealed, and staff cannot go without."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": _("Staff accounts always need a second factor."),
    }

    def encrypt(self, text: str) -> str:
        return seal_text(text, TOTP_PLACE)["sealed"]

    def decrypt(self, encrypted_text: str) -> str:
        return open_text({"sealed": encrypted_text, "mask": ""}, TOTP_PLACE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        account = cast(Account, authenticator.user)
        return account.kind != STAFF_DOOR.kind
