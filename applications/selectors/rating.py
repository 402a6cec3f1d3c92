"""The applicant's own mark for a finished case."""

import hmac
from hashlib import sha256

from django.conf import settings

from applications.models import Application
from applications.verbs import Verb
from audit.models import AuditEntry
from catalog.models import Rating

MOST_TIMES = 2  # given, and changed once


def rating_key(application: Application) -> str:
    """Under what a mark is kept: a digest only the portal itself can compute."""
    text = f"rating\x00{application.reference}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY, text, sha256).hexdigest()


def own_mark(application: Application) -> int | None:
    """The mark given for this case. Only for the applicant's own pages."""
    found = Rating.objects.filter(application_reference=rating_key(application))
    return found.values_list("score", flat=True).first()


def times_rated(application: Application) -> int:
    """How often a mark was given: first and, at most once, changed."""
    return AuditEntry.objects.filter(
        object_kind=Application._meta.label_lower, object_id=str(application.pk), verb=Verb.RATED
    ).count()
