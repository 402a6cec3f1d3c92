"""Object rights: which departments, queues and items the groups of an account may work on.

Rights are granted to the groups of posts, never checked row by row. Nobody is put into a group:
what an officer holds is what the group of the posting in use holds, so that a right ends with the
posting and the trail names the capacity it was used in. All grants are read once, with one query,
and asked from memory for the rest of the request.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from guardian.models import GroupObjectPermission

from audit.kernel.actors import Actor
from catalog.models import Department
from identity.models.posting import PostingCapacity

WORK_DEPARTMENT = "work_department"
TABLES_OF: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    PostingCapacity.CATALOGUE: (("catalog", ()),),
    PostingCapacity.SYSADMIN: (("identity", ("account", "posting", "recordsource", "recordtype")),),
    PostingCapacity.SECADMIN: (("auth", ("group",)),),
}
"""Which plain tables of the back office a post may keep; none of them holds anything personal."""

SEEN_BY: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    PostingCapacity.SYSADMIN: (("catalog", ("department", "region")),),
}
"""Which it may look into only, to choose from them."""

_COLUMNS = ("content_type__app_label", "content_type__model", "permission__codename", "object_pk")
_held: ContextVar[dict[str, "Rights"] | None] = ContextVar("rights", default=None)


@dataclass(frozen=True, slots=True)
class Rights:
    """What the holder of one post may do to which objects; asking costs no query."""

    _ids: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def ids(self, model: str, right: str) -> frozenset[str]:
        """Primary keys, as text, of the objects of `model` ("app.Model") held with this right."""
        return self._ids.get((model.lower(), right), frozenset())

    def has(self, model: str, right: str, pk: object) -> bool:
        return str(pk) in self.ids(model, right)


NO_RIGHTS = Rights()


def rights_of(actor: Actor) -> Rights:
    """All object rights of an officer in the posting in use; in one request they are read once."""
    if not actor.is_staff:
        return NO_RIGHTS
    post = post_of(actor)
    held = _held.get()
    if held is None:
        return _load(post)
    if post not in held:
        held[post] = _load(post)
    return held[post]


def post_of(actor: Actor) -> str:
    """The name of the group that carries the rights of the posting in use; empty for no posting."""
    return _group_name(actor.capacity, actor.department_code) if actor.is_staff else ""


@contextmanager
def rights_for_this_request() -> Iterator[None]:
    """Keep what `rights_of()` reads until the request ends."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def grant(group: Group, right: str, target: models.Model) -> None:
    """Give a group one right on one object; giving it twice changes nothing."""
    kind = ContentType.objects.get_for_model(target)
    permission, _ = Permission.objects.get_or_create(
        content_type=kind, codename=right, defaults={"name": right}
    )
    GroupObjectPermission.objects.get_or_create(
        group=group, permission=permission, content_type=kind, object_pk=str(target.pk)
    )


def group_of_post(capacity: str, department: Department) -> Group:
    """The group of this post in this department; made when first asked for."""
    group, is_new = Group.objects.get_or_create(name=_group_name(capacity, department.code))
    if is_new:
        group.permissions.set(_tables(capacity))
        grant(group, WORK_DEPARTMENT, department)
    return group


def capacity_of_group(group: Group) -> str:
    """The post a group stands for; another name than a post's for groups of no post."""
    return group.name.partition("@")[0]


def _tables(capacity: str) -> models.QuerySet[Permission]:
    """Seeing, adding and changing; deleting is nobody's."""
    chosen = models.Q(pk__in=[])
    for tables, verbs in ((TABLES_OF, ("view", "add", "change")), (SEEN_BY, ("view",))):
        for app, names in tables.get(capacity, ()):
            rows = models.Q(content_type__app_label=app)
            rows &= models.Q(content_type__model__in=names) if names else models.Q()
            for verb in verbs:
                chosen |= rows & models.Q(codename__startswith=f"{verb}_")
    return Permission.objects.filter(chosen)


def _group_name(capacity: str, department_code: str) -> str:
    return f"{capacity}@{department_code}"


def _load(post: str) -> Rights:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    rows = GroupObjectPermission.objects.filter(group__name=post)
    for app, model, right, pk in rows.values_list(*_COLUMNS):
        found[f"{app}.{model}", right].add(pk)
    return Rights({key: frozenset(ids) for key, ids in found.items()})
