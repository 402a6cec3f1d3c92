"""Where a number leads that a supervisor types into the search of the trail.

Each kind of thing is looked for only among those this supervisor may open: what there is not and
what is not the supervisor's to see gives the same nothing.
"""

import re
from collections.abc import Iterable

from django.urls import reverse

from audit.directory import Match
from audit.exports.concerned import exports_visible_to
from audit.exports.hidden import KIND as FILE
from audit.kernel.actors import Actor
from audit.kernel.ids import is_well_formed, normalise
from audit.kernel.plain import normalised
from audit.sentinel.selectors import LARGEST, alarms_visible_to
from identity.models import DisclosureHold
from identity.selectors.holds import KIND as HOLD
from identity.selectors.holds import holds_before
from identity.selectors.look_questions import KIND as QUESTION
from identity.selectors.look_questions import questions_readable
from portal.desk.models import LookupReview
from portal.desk.reviews import NUMBER_LENGTH, is_for
from portal.desk.trail_words import kind_in_words
from portal.erasures.selectors import KIND as ORDER
from portal.erasures.selectors import orders_before

ALARM = "trail.alarm"
_FILE_OR_ORDER = re.compile("(TF|TE)([0-9]{4})([0-9A-Z]{4})([0-9A-Z]{4})")


def pages_of_number(typed: str, actor: Actor) -> list[Match]:
    """The pages of what has this number: alarms by figures alone, files of the trail and orders to
    erase as TF-… and TE-…, reviews, questions and holds by their ten signs. For supervisors."""
    plain = normalised(typed, "NFKC").strip()
    code = normalise(plain)
    return [*_alarms(plain, actor), *_files_and_orders(code, actor), *_by_ten_signs(code, actor)]


def _alarms(plain: str, actor: Actor) -> Iterable[Match]:
    if not plain.isdecimal() or int(plain) >= LARGEST:
        return
    number = int(plain)
    if alarms_visible_to(actor).filter(pk=number).exists():
        yield _match(ALARM, str(number), reverse("trail:alarm", args=[number]))


def _files_and_orders(code: str, actor: Actor) -> Iterable[Match]:
    found = _FILE_OR_ORDER.fullmatch(code)
    if found is None or not is_well_formed(found[3] + found[4]):
        return
    number = "-".join(found.groups())
    if exports_visible_to(actor).filter(number=number).exists():
        yield _match(FILE, number, f"{reverse('trail:exports')}?number={number}")
    if orders_before(actor).filter(number=number).exists():
        yield _match(ORDER, number, reverse("desk:erasure", args=[number]))


def _by_ten_signs(code: str, actor: Actor) -> Iterable[Match]:
    if len(code) != NUMBER_LENGTH or not is_well_formed(code):
        return
    if is_for(actor, code):
        yield _match(LookupReview._meta.label_lower, code, reverse("desk:review", args=[code]))
    if questions_readable(actor).filter(reference=code).exists():
        yield _match(QUESTION, code, reverse("desk:question", args=[code]))
    if holds_before(actor, DisclosureHold.objects.filter(reference=code)).exists():
        yield _match(HOLD, code, reverse("desk:hold", args=[code]))


def _match(kind: str, number: str, page: str) -> Match:
    return Match(page=page, words=f"{kind_in_words(kind)} {number}")
