"""Checking a password at the door somebody stands at."""

from typing import Any, cast

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest

from identity.doors import Door, door_of
from identity.models import Account


class DoorBackend(AuthenticationBackend):
    """An account of the other door is, here, an account that does not exist.

    It takes the same path and the same time as an unknown name, so neither the words nor the
    clock tell which accounts there are.
    """

    _door: Door | None = None

    def authenticate(
        self, request: HttpRequest | None, **credentials: Any
    ) -> AbstractBaseUser | None:
        self._door = None if request is None else door_of(request)
        return cast(AbstractBaseUser | None, super().authenticate(request, **credentials))

    def _check_password(
        self, user: AbstractBaseUser | None, password: str
    ) -> AbstractBaseUser | None:
        if self._door is None or getattr(user, "kind", None) != self._door.kind:
            user = None
        return cast(AbstractBaseUser | None, super()._check_password(user, password))

    def _get_group_permissions(self, user_obj: Account) -> QuerySet[Permission]:
        """What the posting in use may do in the plain tables; being in a group gives nothing."""
        return Permission.objects.filter(group__name=user_obj.post_in_use)
