"""Files of the trail that a reader must not hear of, because they are asked for against them."""

from django.db.models import Q

from audit.directory import the_directory
from audit.exports.models import TrailExport
from audit.kernel.actors import Actor

KIND = "trail.export"
ASKING = "ask"  # what the page points at on which a file is asked for, before it has a number


def against(actor: Actor) -> Q:
    """The files that concern this human being, under whatever account; but own requests are known.

    A condition on files, to be asked as part of another statement.
    """
    own = the_directory().accounts_of(actor)
    concerned = Q(officer=actor.label) | Q(about_account__in=own) | Q(concerned__overlap=own)
    return concerned & ~Q(asked_by__in=own)


def files_against(actor: Actor) -> Q:
    """The entries of those files: asked for, seen, answered, made, fetched. On entries."""
    hidden = TrailExport.objects.filter(against(actor))
    return Q(object_kind=KIND, object_id__in=hidden.values("number"))


def about_files_against(actor: Actor) -> Q:
    """The entries that would tell of them: their own, and those that lead up to one. Whoever asked
    for it opened the page for asking, and with the answerer the week of the officer it is about.
    """
    hidden = TrailExport.objects.filter(against(actor))
    askers = Q(actor__in=hidden.values("asked_by"))
    answered = hidden.filter(answered_by__isnull=False)
    two = askers | Q(actor__in=answered.values("answered_by"))
    week = Q(object_kind="trail.officer", object_id=actor.label)
    return files_against(actor) | Q(object_kind=KIND, object_id=ASKING) & askers | week & two
