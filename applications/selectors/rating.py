"""The applicant's own mark for a finished case."""

import hmac
from hashlib import sha256

from django.conf import settings

from applications.models import Application
from catalog.models import Rating


def rating_key(application: Application) -> str:
    """Under what a mark is kept: a digest only the portal itself can compute."""
    text = f"rating\x00{application.reference}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY, text, sha256).hexdigest()


def own_rating(application: Application) -> Rating | None:
    """The mark given for this case. Only for the applicant's own pages."""
    return Rating.objects.filter(application_reference=rating_key(application)).first()
