"""Keeping whose identity numbers stand in what a case holds, so that looks at it name them too."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from applications.answer_values import plain
from applications.case_trail import record_case
from applications.models import Application, Attachment
from applications.selectors.sheet import Sheet, sheet_of
from applications.verbs import Verb
from audit.kernel.actors import Actor
from identity.selectors.numbered import digests_in, digests_of

PARTS = ("value", "register_value", "raw", "note")
AT_ONCE = 100
MOST = 1000  # of one case, whatever is written into it again and again
LOOKING = Actor.system("who is named in earlier cases")


def keep_named(sheet: Sheet) -> None:
    """Add the digests of others' numbers to the case, wherever they were typed; the caller saves
    it. What it once held stays: a corrected answer was read before."""
    _add_digests(sheet.application, _texts_of(sheet))


def keep_named_in(case: Application, *words: str) -> None:
    """The same for what an officer writes about a case in hand; called before the entry of the act,
    which names whoever is in it. A case handed in earlier is looked through first (below)."""
    if case.named is None:
        return
    before = [bytes(one) for one in case.named]
    _add_digests(case, words)
    if case.named != before:
        case.save(update_fields=["named"])


def _add_digests(case: Application, texts: Iterable[str]) -> None:
    found = [*(bytes(one) for one in case.named or ()), *digests_in(texts)]
    parties = digests_of(case.subjects) if found else []
    case.named = [one for one in dict.fromkeys(found) if one not in parties][:MOST]


def _texts_of(sheet: Sheet) -> Iterator[str]:
    """Everything in the answers in words and what files are called, those of a field for identity
    numbers first: only so many are kept."""
    kinds = {question.key: question.kind for question in sheet.definition.questions()}
    keys = sorted(sheet.values, key=lambda key: kinds.get(key) != "citizen_number")
    for key in keys:
        for part in PARTS:
            yield from _texts_in(sheet.application, key, sheet.entry(key).get(part))
    files = Attachment.objects.filter(application=sheet.application)
    yield from files.values_list("name", flat=True)


def _texts_in(case: Application, key: str, kept: Any) -> Iterator[str]:
    if kept is not None:
        yield str(plain(kept, case.pk, key))


@transaction.atomic
def keep_named_of_earlier() -> int:
    """The same for cases handed in before this was kept, some at a time; how many they were."""
    cases = Application.objects.select_for_update(skip_locked=True, of=("self",))
    earlier = cases.filter(named=None, submitted_at__isnull=False).order_by("created_at")
    looked_at = 0
    for case in earlier[:AT_ONCE]:
        record_case(case, actor=LOOKING, verb=Verb.NAMED_KEPT)
        keep_named(sheet_of(case))
        case.save(update_fields=["named"])
        looked_at += 1
    return looked_at
