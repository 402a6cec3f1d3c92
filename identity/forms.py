"""What people fill in at the doors, in our words."""

from typing import Any, cast

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter as account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.validators import EmailValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from audit.forms.search import NO_NUMBER
from identity.actions.prove_address import prove_address
from identity.doors import door_of
from identity.fresh import spend
from identity.mailed_links import key_and_address
from identity.middleware import actor_of
from identity.models import DeclaredRelative, ProtectedPerson
from identity.numbers import read_citizen_number

USERNAME_VALIDATORS = [
    RegexValidator(
        r"^[a-zA-Z][a-zA-Z0-9._-]{3,39}\Z",
        _("Start with a letter, then letters, figures, dots or dashes, such as li.xiao."),
    )
]
USERNAME_HINT = _("4 to 40 letters and figures, starting with a letter. It is not your real name.")
PASSWORD_HINT = _("At least 12 signs. Four words that only you put together are easy to remember.")
ADDRESS_EXAMPLE = _("Enter an e-mail address, such as name@example.org.")

Words = tuple[Any, Any, Any]
WORDS: dict[str, Words] = {
    "login": (_("User name or e-mail"), "", _("Enter your user name or your e-mail address.")),
    "username": (_("User name"), USERNAME_HINT, _("Choose a user name, such as li.xiao.")),
    "email": (_("E-mail"), "", ADDRESS_EXAMPLE),
    "password": (_("Password"), "", _("Enter your password.")),
    "oldpassword": (_("Present password"), "", _("Enter your present password.")),
    "password1": (_("New password"), PASSWORD_HINT, _("Choose a password of at least 12 signs.")),
    "password2": (_("The new password again"), "", _("Enter the new password a second time.")),
    "code": (_("Code from your app"), "", _("Enter the six figures your app shows now.")),
}


class PlainWords(forms.Form):
    """Labels, hints and errors of this portal on a form of the sign-in library.

    A placeholder disappears while one types, so there is none.
    """

    hints: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["class"] = "input"
            if name in WORDS:
                field.label, field.help_text, missing = WORDS[name]
                field.error_messages["required"] = missing
        for name, hint in self.hints.items():
            self.fields[name].help_text = hint
        if "email" in self.fields:
            self.fields["email"].error_messages["invalid"] = ADDRESS_EXAMPLE
            self.fields["email"].validators = [EmailValidator(ADDRESS_EXAMPLE)]


class SignInForm(PlainWords, account_forms.LoginForm):
    """The same at both doors; the door decides whose password it looks at."""


class RegisterForm(PlainWords, account_forms.SignupForm):
    """A new citizen's account. Who it belongs to is asked on the next page."""

    hints = {"email": _("To get back in if you forget your password. We confirm it by a mail.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")


class AskForResetForm(PlainWords, account_forms.ResetPasswordForm):
    """Says the same whether the address is known or not."""


class LinkForm(account_forms.UserTokenForm):
    """The link in the mail, which also knows where it was mailed to (`identity.mailed_links`);
    taken at the door of its account only."""

    def clean_key(self) -> str:
        return key_and_address(self.cleaned_data["key"])[0]

    def clean(self) -> dict[str, Any]:
        cleaned = cast("dict[str, Any]", super().clean())
        adapter = account_adapter()
        if self.reset_user.kind != door_of(adapter.request).kind:
            raise adapter.validation_error("invalid_password_reset")
        return cleaned


class NewPasswordForm(PlainWords, account_forms.ResetPasswordKeyForm):
    """A new password after the link in the mail, which proves the address it was mailed to."""

    def save(self) -> None:
        super().save()
        address_id = key_and_address(self.temp_key)[1]
        if address_id is not None:
            actor = actor_of(account_adapter().request)
            prove_address(actor=actor, account=self.user, address_id=address_id)


class ChangePasswordForm(PlainWords, account_forms.ChangePasswordForm):
    """A new password while signed in."""


class ConfirmPasswordForm(PlainWords, account_forms.ReauthenticateForm):
    """Once more before something that matters."""


class AddEmailForm(PlainWords, account_forms.AddEmailForm):
    """One more address to be reached at."""


class _Code(PlainWords):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(
            {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "20"}
        )


class _SpentOnce(_Code):
    """A code that was taken is taken by no other process either; allauth remembers it in one."""

    def clean_code(self) -> str:
        code = cast(str, super().clean_code())  # type: ignore[misc]
        if not spend(self.user.pk, code):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_SpentOnce, code_forms.AuthenticateForm):
    """The second factor at sign-in; a recovery code fits as well."""


class ConfirmCodeForm(_SpentOnce, code_forms.ReauthenticateForm):
    """The second factor once more."""


class ActivateCodeForm(_Code, totp_forms.ActivateTOTPForm):
    """The first code proves that the app has the secret."""


class ProveForm(forms.Form):
    """Name and number, to be compared with the population register."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("As on your identity card."),
        error_messages={"required": _("Enter your name as on your identity card.")},
        widget=forms.TextInput(attrs={"class": "input w-m", "autocomplete": "name"}),
    )
    number = forms.CharField(
        label=_("Identity number"),
        max_length=40,
        help_text=_("18 figures; the last may be an X."),
        error_messages={"required": _("Enter the 18 figures of your identity card.")},
        widget=forms.TextInput(
            attrs={"class": "input w-m", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        number = read_citizen_number(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(
                _("This number cannot be right. Compare it with your card, figure by figure.")
            )
        return number.value


class ActForForm(forms.Form):
    """For whom from now on; empty means oneself."""

    subject = forms.UUIDField(required=False)
    next = forms.CharField(required=False, max_length=400)


class PostingForm(forms.Form):
    """In which posting from now on."""

    posting = forms.UUIDField()
    next = forms.CharField(required=False, max_length=400)


class _ByNumber(forms.Form):
    """Somebody by the identity number, which is not kept and never shown again."""

    number = forms.CharField(
        label=_("Identity number"),
        help_text=_("18 characters, as on the identity card."),
        max_length=24,
        error_messages={"required": _("Enter the identity number.")},
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if read_citizen_number(number) is None:
            raise forms.ValidationError(NO_NUMBER)
        return number


class RelativeForm(_ByNumber):
    """Who is family, and how."""

    relation = forms.ChoiceField(
        label=_("This person is your"),
        choices=DeclaredRelative.Relation.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how you are related."),
            "invalid_choice": _("Choose how you are related."),
        },
    )


class ProtectForm(_ByNumber):
    """Whom to protect, and on what ground."""

    ground = forms.ChoiceField(
        label=_("Why does this person need protection?"),
        choices=ProtectedPerson.Ground.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the ground."),
            "invalid_choice": _("Choose the ground."),
        },
    )


def code_field() -> forms.CharField:
    """The code of the app once more, before something that opens or decides much."""
    return forms.CharField(
        label=_("Code from your app"),
        help_text=_("This step weighs much, so we ask once more that it is you."),
        max_length=12,
        widget=forms.TextInput(
            attrs={"class": "input w-s", "inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
        error_messages={
            "required": _("Enter the six figures your app shows now."),
            "max_length": _("Enter the six figures your app shows now."),
        },
    )


class FreshCodeForm(forms.Form):
    """Nothing but the code, for what was posted without one (see `identity.step_up`)."""

    code = code_field()
