"""Files of the trail that a reader must not hear of, because they are asked for against them."""

from django.db.models import Q

from audit.directory import the_directory
from audit.exports.models import TrailExport
from audit.kernel.actors import Actor


def against(actor: Actor) -> Q:
    """The files that concern this human being, under whatever account; but own requests are known.

    A condition on files, to be asked as part of another statement.
    """
    own = the_directory().accounts_of(actor)
    concerned = Q(officer=actor.label) | Q(about_account__in=own) | Q(concerned__overlap=own)
    return concerned & ~Q(asked_by__in=own)


def about_files_against(actor: Actor) -> Q:
    """The entries that would tell of them."""
    hidden = TrailExport.objects.filter(against(actor))
    return Q(object_kind="trail.export", object_id__in=hidden.values("number"))
