"""Ways to find out who somebody is. One is in use: `PORTAL_PROOF_OF_IDENTITY` names it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit.kernel.errors import Refused
from audit.kernel.plain import normalised
from audit.kernel.registry import Registry
from identity.models import RecordSource
from identity.records.registry import RecordSubject, connectors
from identity.records.transport import SourceUnavailable, transport_for

REGISTER = "household"


class Proof(ABC):
    """One way. `for_sample_only`: good enough for made-up people and for nobody else."""

    for_sample_only: ClassVar[bool] = False

    @abstractmethod
    def entry_of(self, *, name: str, number: str) -> Mapping[str, Any]:
        """What the population register says of this person; empty if it is not they.

        Raises SourceUnavailable when that cannot be found out now.
        """


proofs: Registry[Proof] = Registry("proofs of identity")


@proofs.register("sample")
class NameAndNumber(Proof):
    """Who knows name and number is believed. Both stand on every form, so this proves nothing."""

    for_sample_only = True

    def entry_of(self, *, name: str, number: str) -> Mapping[str, Any]:
        source = RecordSource.objects.filter(code=REGISTER, enabled=True).first()
        if source is None:
            raise SourceUnavailable("not in use")
        seconds = float(settings.RECORD_TIMEOUT_SECONDS)
        connector = connectors.get(REGISTER)(transport_for(REGISTER, source.endpoint, seconds))
        entry = connector.fetch(
            RecordSubject("person", number), ["person.name", "person.household_address"]
        )
        return entry if entry and _plain(str(entry["person.name"])) == _plain(name) else {}


def proof_in_use() -> Proof:
    """The one named in the settings; refused where that one is for samples and this is none."""
    name = settings.PROOF_OF_IDENTITY
    proof = proofs.get(name)() if name in proofs else None
    if proof is None or (proof.for_sample_only and not settings.PORTAL_SAMPLE):
        raise Refused(
            code="identity.no_proof_of_identity",
            message=_("Nobody can prove who they are here yet: the service for it is missing."),
            next_step=_("Your account stays. Try again on another day, or call the help line."),
            status=503,
        )
    return proof


def _plain(name: str) -> str:
    return "".join(normalised(name, "NFKC").split()).casefold()
