"""What the top layer keeps. Django finds the models here."""

from portal.desk.models import LookupReview
from portal.erasures.models import ErasureOrder, ErasureReason
from portal.health.models import Heartbeat
from portal.reports.models import Report

__all__ = ["ErasureOrder", "ErasureReason", "Heartbeat", "LookupReview", "Report"]
