"""Beginning a request, or going on with the draft that is there."""

from typing import cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.case_trail import record_case
from applications.models import Answers, Application, Holder
from applications.selectors.subjects import Subject, possible_subjects
from applications.states import State
from applications.verbs import Verb
from applications.workflow.holders import hold
from audit.kernel.actors import Actor
from audit.kernel.errors import Refused
from audit.kernel.ids import new_reference, random_code
from catalog.models import Release, ServiceItem
from catalog.schema.definition import Definition
from catalog.selectors.definitions import definition_of
from identity.access import can_act_for, can_act_on_item

TRACK_CODE = 8
TRIES = 3


@transaction.atomic
def start_application(
    *, actor: Actor, item_code: str, subject_id: UUID | None = None
) -> Application | list[Subject]:
    """The draft of this item: the one that is there, else a new one pinned to the release in force.

    With several possible subjects and none chosen, the subjects to choose from are the answer.
    """
    item = _item(item_code)
    release = _release(item)
    definition = definition_of(release.pk)
    subject = _subject(actor, item, definition, subject_id)
    if isinstance(subject, list):
        return subject
    return _draft(actor, item, subject) or _create(actor, item, release, subject)


def _item(item_code: str) -> ServiceItem:
    item = ServiceItem.objects.offered().filter(code=item_code).first()
    if item is None:
        raise Refused(
            code="application.no_such_item",
            message=_("We found no service under this address."),
            next_step=_("Search for what you need; we look in the whole catalogue."),
            status=404,
        )
    if item.status == ServiceItem.Status.SUSPENDED:
        raise Refused(
            code="application.item_suspended",
            message=_("This service rests at the moment."),
            next_step=_("Look at its guide to see until when, or call 12345."),
        )
    return item


def _release(item: ServiceItem) -> Release:
    release = Release.objects.in_force(timezone.localdate()).filter(item=item).first()
    if release is None or not definition_of(release.pk).pages:
        raise Refused(
            code="application.not_online_yet",
            message=_("This cannot be done online yet."),
            next_step=_("The guide says where and how it is done; 12345 helps as well."),
        )
    return release


def _subject(
    actor: Actor, item: ServiceItem, definition: Definition, chosen: UUID | None
) -> Subject | list[Subject]:
    """Whom the case is about; several when there is a choice; refused when nobody fits."""
    subjects = [
        subject
        for subject in possible_subjects(actor, definition)
        if can_act_for(actor, subject.id)
    ]
    if not can_act_on_item(actor, item.code, "submit"):
        subjects = []
    if chosen is not None:
        subjects = [subject for subject in subjects if subject.id == chosen]
    if not subjects:
        raise _nobody_fits(definition)
    return subjects[0] if len(subjects) == 1 else subjects


def _nobody_fits(definition: Definition) -> Refused:
    if "person" in definition.audience:
        return Refused(
            code="application.not_for_whom_you_act",
            message=_("You cannot ask for this on behalf of the one you act for."),
            next_step=_("Go back to acting for yourself, or ask them to widen the mandate."),
        )
    return Refused(
        code="application.only_organisations",
        message=_("Only firms and organisations can ask for this."),
        next_step=_(
            "Its legal representative signs in and does it, or gives you a mandate in their space."
        ),
    )


def _draft(actor: Actor, item: ServiceItem, subject: Subject) -> Application | None:
    return Application.objects.filter(
        applicant=actor.person_id, item=item, subject_id=subject.id, state=State.DRAFT
    ).first()


def _create(actor: Actor, item: ServiceItem, release: Release, subject: Subject) -> Application:
    """A new draft. Two clicks at once meet at the constraint and get the same row."""
    for _attempt in range(TRIES):
        try:
            with transaction.atomic():
                application = _insert(actor, item, release, subject)
        except IntegrityError:
            draft = _draft(actor, item, subject)
            if draft is not None:
                return draft
        else:
            _open(actor, application)
            return application
    raise Refused(
        code="application.not_started",
        message=_("We could not start this just now."),
        next_step=_("Please press the button once more."),
    )


def _insert(actor: Actor, item: ServiceItem, release: Release, subject: Subject) -> Application:
    now = timezone.now()
    return Application.objects.create(
        reference=new_reference(timezone.localtime(now).year),
        track_code=random_code(TRACK_CODE),
        item=item,
        release=release,
        subject_id=subject.id,
        subject_kind=subject.kind,
        applicant_id=cast(UUID, actor.person_id),
        mandate_id=actor.mandate_id,
        masked_name=subject.label[:80],
        created_at=now,
        updated_at=now,
    )


def _open(actor: Actor, application: Application) -> None:
    record_case(application, actor=actor, verb=Verb.STARTED)
    Answers(application=application, subject_id=application.subject_id).save(force_insert=True)
    hold(application, kind=Holder.Kind.APPLICANT, at=application.created_at)
