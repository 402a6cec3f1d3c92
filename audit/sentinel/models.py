"""What the sentinel keeps: how far it has read, habits, alarms, verdicts, and moved thresholds.

Like the trail itself these rows point at people by id or officer code and have no foreign keys in
the models; the migration adds those between the sentinel's own tables.
"""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WatchCursor(models.Model):
    """How far the sealed trail has been read: the epoch and the next leaf. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.IntegerField(_("epoch"), default=0)
    next_leaf = models.BigIntegerField(_("next leaf"), default=0)

    class Meta:
        verbose_name = _("place in the sealed trail")
        verbose_name_plural = _("places in the sealed trail")

    def __str__(self) -> str:
        return f"{self.epoch}/{self.next_leaf}"


class Habit(models.Model):
    """One officer at one post on one day, counted from the trail. The day is the portal's own.

    What is usual is read from here: thresholds of the sentinel, base rates when a leak is traced,
    an officer's week.
    """

    officer = models.TextField(_("officer code"))
    department = models.TextField(_("department"))
    capacity = models.TextField(_("acting as"))
    day = models.DateField(_("day"))
    looks = models.PositiveIntegerField(_("looks"), default=0)
    persons = models.PositiveIntegerField(_("different people looked at"), default=0)
    acts = models.PositiveIntegerField(_("acts done"), default=0)
    exported = models.PositiveIntegerField(_("people in saved files"), default=0)
    without_case = models.PositiveIntegerField(_("looks without a case"), default=0)
    off_hours = models.PositiveIntegerField(_("looks outside office hours"), default=0)
    peak = models.PositiveIntegerField(_("most people in ten minutes"), default=0)

    class Meta:
        verbose_name = _("day of an officer")
        verbose_name_plural = _("days of officers")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "department", "capacity", "day"],
                name="audit_habit_once_a_day",
            )
        ]
        indexes = [
            models.Index(fields=["department", "capacity", "day"], name="audit_habit_of_post")
        ]

    def __str__(self) -> str:
        return f"{self.officer} {self.day}"


class AlarmState(models.TextChoices):
    RAISED = "raised", _("waits for a verdict")
    INQUIRY = "inquiry", _("being inquired into")
    JUDGED = "judged", _("judged")


OPEN = (AlarmState.RAISED, AlarmState.INQUIRY)
"""States that wait for somebody: for the first verdict, or for the one that ends an inquiry."""


class VerdictKind(models.TextChoices):
    EXPLAINED = "explained", _("Explained: there was a good reason")
    INQUIRY = "inquiry", _("Needs an inquiry")
    MISUSE = "misuse", _("Misuse found")
    WRONG = "wrong", _("The rule was wrong")


FALSE_ALARMS = (VerdictKind.EXPLAINED, VerdictKind.WRONG)


class SentinelAlarm(models.Model):
    """Something a rule found in what one officer did, with the entries that show it.

    An index row: whom the officer looked at stands in the entries alone. `account` is the
    officer's, so that the database can refuse a verdict of one's own. An open alarm grows with its
    evidence; `key` says rule, post and day, and makes the same thing one alarm. When it was raised
    and what was usual then says the database, whatever is written.
    """

    State = AlarmState

    number = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=200, unique=True)
    rule = models.CharField(_("rule"), max_length=40)
    officer = models.TextField(_("officer code"))
    account = models.UUIDField(_("account"))
    department = models.TextField(_("department"))
    capacity = models.TextField(_("acting as"))
    since = models.DateTimeField(_("begins"))
    until = models.DateTimeField(_("ends"))
    entries = ArrayField(models.BigIntegerField(), verbose_name=_("entries"))
    measured = models.PositiveIntegerField(_("counted"))
    attempts = models.PositiveIntegerField(_("of these only tried"), default=0)
    allowed = models.PositiveIntegerField(_("threshold"))
    own_usual = models.PositiveIntegerField(_("usual for the officer"), null=True)
    post_usual = models.PositiveIntegerField(_("usual for the post"), null=True)
    raised_at = models.DateTimeField(_("raised at"), auto_now_add=True)
    due_on = models.DateField(_("to be judged by"))
    state = models.CharField(
        _("state"), max_length=8, choices=AlarmState, default=AlarmState.RAISED
    )
    verdict = models.CharField(_("verdict"), max_length=9, choices=VerdictKind, blank=True)

    class Meta:
        verbose_name = _("alarm of the sentinel")
        verbose_name_plural = _("alarms of the sentinel")
        constraints = [
            models.CheckConstraint(
                name="audit_alarm_ends_after_it_begins", condition=Q(until__gte=models.F("since"))
            ),
            models.CheckConstraint(
                name="audit_alarm_verdict_fits_state",
                condition=Q(state="raised", verdict="")
                | Q(state="inquiry", verdict="inquiry")
                | Q(state="judged", verdict__in=["explained", "misuse", "wrong"]),
            ),
            models.UniqueConstraint(fields=["number", "account"], name="audit_alarm_of_account"),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "number"], name="audit_alarm_by_state"),
            models.Index(fields=["officer", "-until"], name="audit_alarm_of_officer"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.rule}"


class SentinelVerdict(models.Model):
    """What another person said of an alarm. Rows are only ever added.

    The words stand apart, in the detail of the entry `entry`, which only the concerned officer's
    own record opens. `about` repeats the officer's account: half of a foreign key, so that the
    database itself refuses a verdict about oneself.
    """

    Kind = VerdictKind

    alarm = models.BigIntegerField(_("number of the alarm"), db_index=True)
    about = models.UUIDField(_("account concerned"))
    judged_by = models.UUIDField(_("judged by"))
    judge = models.TextField(_("officer code"))
    kind = models.CharField(_("verdict"), max_length=9, choices=VerdictKind)
    entry = models.BigIntegerField(_("entry"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [
            models.CheckConstraint(
                name="audit_verdict_of_another_person",
                condition=~Q(judged_by=models.F("about")),
                violation_error_message=_("Nobody judges an alarm about their own looks."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.alarm} {self.kind}"


class SentinelTuning(models.Model):
    """A threshold that was moved: the newest row of a rule and a post holds. Only ever added."""

    class Because(models.TextChoices):
        EXPLAINED = "explained", _("an alarm was explained")
        WRONG = "wrong", _("the rule was wrong")
        MISUSE = "misuse", _("misuse was found")
        RESET = "reset", _("put back to the start")

    rule = models.CharField(_("rule"), max_length=40)
    department = models.TextField(_("department"))
    capacity = models.TextField(_("acting as"))
    before = models.DecimalField(_("factor before"), max_digits=5, decimal_places=3)
    factor = models.DecimalField(_("factor"), max_digits=5, decimal_places=3)
    because = models.CharField(_("because"), max_length=9, choices=Because)
    alarm = models.BigIntegerField(_("number of the alarm"), null=True)
    moved_by = models.UUIDField(_("moved by"))
    mover = models.TextField(_("officer code"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("moved threshold")
        verbose_name_plural = _("moved thresholds")
        constraints = [
            models.CheckConstraint(
                name="audit_tuning_within_bounds",
                condition=Q(factor__gte=Decimal(1)) & Q(factor__lte=Decimal(4)),
            )
        ]
        indexes = [
            models.Index(
                fields=["rule", "department", "capacity", "-id"], name="audit_tuning_newest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.factor}"
