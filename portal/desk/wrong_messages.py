"""A look a supervisor found not to be in order is told to whom it was about: by a review, or as
misuse in an alarm. Who asked why gets the answer anyway."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.kernel.actors import Actor
from audit.models import AuditEntry, SentinelAlarm
from audit.outbox import enqueue, handles
from audit.selectors import subjects_of
from audit.sentinel.models import SentinelVerdict, VerdictKind
from audit.sentinel.verdicts import JUDGED
from audit.trail import ObjectRef, subscribe
from identity.messaging.registry import MessageKind, Params, message_kinds
from identity.messaging.tell import tell
from identity.models import Account, Organisation
from identity.selectors.looks import looks_to_be_seen, reader_without_request
from identity.selectors.reach_of_holds import FINDINGS
from portal.desk.models import LookupReview
from portal.desk.reviews import VERDICTS
from portal.myspace.findings import finals_told
from portal.myspace.folds import LISTS

TELL = "look_found.tell"
JOB = Actor.system(FINDINGS)
NOT_FINE = LookupReview.State.NOT_FINE


@message_kinds.register("look.not_in_order")
class LookNotInOrder(MessageKind):
    """To the person: one of the looks at their data should not have been."""

    def title(self, params: Params) -> str:
        return _("A look at your data was not in order")

    def body(self, params: Params) -> str:
        return _(
            "A supervisor checked it and found that it should not have been. Here you see which"
            " look it was, what was found, and what you can do."
        )

    def link(self, params: Params) -> str:
        return f"/my/access/{params['look']}/"


def subscribe_to_trail() -> None:
    for verb in (VERDICTS[NOT_FINE], JUDGED):
        subscribe(verb, _promise)


def _promise(entry_id: int) -> None:
    enqueue(TELL, {"entry": entry_id}, key=f"{TELL}:{entry_id}")


@handles(TELL)
def tell_whom_it_was_about(payload: Mapping[str, Any], key: str) -> None:
    """One message to each, with the newest of these looks that the person may see with what was
    found. While a hold keeps it from them there is none: the message at its end tells them to
    look. None to the officer concerned, who may have looked at their own data."""
    verdict = AuditEntry.objects.get(pk=payload["entry"])
    looks = _looks_found_wrong(verdict)
    if not looks:
        return
    for account in _accounts_of(looks):
        look = _newest_told(account, looks, verdict)
        if look is not None:
            tell(
                actor=JOB,
                account_id=account.pk,
                subject_id=account.person_id,
                kind="look.not_in_order",
                params={"look": look.pk},
                key=key,
            )


def _looks_found_wrong(verdict: AuditEntry) -> list[AuditEntry]:
    """The looks a verdict is about, if it found that they were wrong for good: without lists, in
    which people were only met, with their names covered."""
    if verdict.verb != JUDGED:
        review = LookupReview.objects.get(pk=verdict.object_id)
        return list(AuditEntry.objects.filter(pk=review.entry_id, at=review.at))
    if not SentinelVerdict.objects.filter(entry=verdict.pk, kind=VerdictKind.MISUSE).exists():
        return []
    alarm = SentinelAlarm.objects.get(pk=verdict.object_id)
    evidence = AuditEntry.objects.filter(
        pk__in=alarm.entries, at__gte=alarm.since, at__lte=alarm.until
    )
    return list(evidence.exclude(verb__in=LISTS))


def _accounts_of(looks: Collection[AuditEntry]) -> Iterator[Account]:
    """Of the people these looks name, and of those who lead the firms they name."""
    subjects = {one for people in subjects_of(looks).values() for one in people}
    firms = Organisation.objects.filter(pk__in=subjects)
    persons = subjects | set(firms.values_list("legal_representative", flat=True))
    officers = Account.objects.filter(pk__in={one.actor for one in looks if one.actor})
    own: set[UUID | None] = set(officers.values_list("private_person", flat=True))
    return Account.objects.filter(person__in=persons - own - {None}).order_by("pk").iterator()


def _newest_told(
    account: Account, looks: Sequence[AuditEntry], verdict: AuditEntry
) -> AuditEntry | None:
    """As `/my/access/` tells it to them now."""
    reader = reader_without_request(account)
    judged = ObjectRef(verdict.object_kind, verdict.object_id)
    told = finals_told(reader, looks, {})
    found = {one.look for one in told if one.on == judged and not one.is_in_order}
    seen = looks_to_be_seen(reader, {one.pk: one.at for one in looks if one.pk in found})
    return max((one for one in looks if one.pk in seen), key=lambda one: one.at, default=None)
