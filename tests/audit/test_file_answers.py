"""Who asked for a file, or for a hold, is told what somebody else answered, and why not."""

import pytest
from django.utils import timezone

from audit.actions.answer_export import MOST_WORDS, answer_export
from audit.kernel.errors import Refused
from audit.models import AuditDetail, AuditEntry
from audit.outbox import take_all
from audit.trail import record
from identity.actions.ask_hold import HoldRequest, ask_hold
from identity.actions.confirm_hold import confirm_hold
from identity.actions.end_hold import end_hold, turn_hold_down
from identity.models import DisclosureHold, Message
from tests.conftest import close_gate
from tests.factories.identity import (
    ARRANGING,
    make_person,
    make_posting,
    officer_actor,
    sign_in,
)
from tests.factories.room import TRAIL, ask_for_file, subjects_of_last, text

pytestmark = pytest.mark.django_db

WHY = "范围太大，请按\n人员或办件缩小"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EXPORTS_ROOT = tmp_path / "exports"


@pytest.fixture
def asker():
    return make_posting(capacity="supervisor")


@pytest.fixture
def second():
    return make_posting(capacity="supervisor")


def told(posting) -> list[str]:
    """The kinds of the messages this officer has, oldest first."""
    take_all()
    record(actor=ARRANGING, verb="test.looked", subjects=[posting.account_id])
    rows = Message.objects.filter(account=posting.account_id).order_by("created_at")
    kinds = list(rows.values_list("kind", flat=True))
    close_gate()
    return kinds


def test_a_file_is_turned_down_with_words_which_the_asker_reads(client, asker, second):
    export = ask_for_file(asker)
    sign_in(client, second.account)
    address = f"{TRAIL}exports/{export.number}/answer/"

    client.post(address, {"answer": "refuse", "words": f" {WHY} "})

    sign_in(client, asker.account)
    page = text(client.get(f"{TRAIL}exports/"))
    assert "范围太大，请按<br>人员或办件缩小" in page
    assert subjects_of_last("trail.viewed") == {asker.account_id}
    assert told(asker) == ["file.turned_down"]
    assert told(second) == []


def test_the_words_are_kept_where_only_a_record_opens_them(asker, second):
    person = make_person()
    for search, about in (({}, asker.account_id), ({"person": person.pk}, person.pk)):
        export = ask_for_file(asker, **search)
        answer_export(actor=officer_actor(second), number=export.number, allow=False, words=WHY)
        close_gate()
        entry = AuditEntry.objects.get(verb="trail.export_refused", object_id=export.number)

        record(actor=ARRANGING, verb="test.looked", subjects=[make_person().pk])
        assert not AuditDetail.objects.filter(entry_id=entry.pk).exists()
        record(actor=ARRANGING, verb="test.looked", subjects=[about])
        assert AuditDetail.objects.get(entry_id=entry.pk).body == {"words": WHY}
        close_gate()


@pytest.mark.parametrize("words", ["", " \n ", "长" * (MOST_WORDS + 1)])
def test_a_file_is_not_turned_down_without_words_nor_with_a_letter(client, asker, second, words):
    export = ask_for_file(asker)
    with pytest.raises(Refused) as refused:
        answer_export(actor=officer_actor(second), number=export.number, allow=False, words=words)
    sign_in(client, second.account)
    answer = client.post(
        f"{TRAIL}exports/{export.number}/answer/", {"answer": "refuse", "words": words}
    )

    assert (refused.value.code, answer.status_code) == ("trail.refusal_says_why", 422)
    export.refresh_from_db()
    assert export.state == "asked"


def test_who_asked_for_a_file_is_told_that_it_was_allowed(client, asker, second):
    export = ask_for_file(asker)

    answer_export(actor=officer_actor(second), number=export.number, allow=True)
    close_gate()

    assert told(asker) == ["file.allowed"]
    sign_in(client, asker.account)
    page = text(client.get("/admin/messages/"))
    assert f"您申请的留痕文件已同意：{export.number}" in page
    assert f'href="{TRAIL}exports/"' in page


def test_who_asked_for_a_hold_is_told_what_another_decided(asker, second):
    def hold():
        wanted = HoldRequest(
            subject_id=make_person().pk,
            scope=DisclosureHold.Scope.CASE,
            scope_code="YB-2026-1111-1111",
            looks_from=timezone.localdate(),
            looks_to=timezone.localdate(),
            ground=DisclosureHold.Ground.DUTY,
            days=30,
            words="来函：测2026-1号",
        )
        found = ask_hold(actor=officer_actor(asker), wanted=wanted)
        close_gate()
        return found.reference

    ended, turned_down, taken_back = hold(), hold(), hold()
    confirm_hold(actor=officer_actor(second), reference=ended)
    end_hold(actor=officer_actor(second), reference=ended)
    turn_hold_down(actor=officer_actor(second), reference=turned_down, words="不够")
    end_hold(actor=officer_actor(asker), reference=taken_back)
    close_gate()

    assert told(asker) == ["hold.confirmed", "hold.ended_by_another", "hold.turned_down"]
    assert told(second) == []
