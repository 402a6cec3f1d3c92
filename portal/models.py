"""What the top layer keeps. Django finds the models here."""

from portal.desk.models import LookupReview
from portal.health.models import Heartbeat
from portal.reports.models import Report

__all__ = ["Heartbeat", "LookupReview", "Report"]
