"""The seal: whatever is changed, removed, slipped in, moved or cut off is noticed and named."""

import pytest

from audit.sealing.sources import DatabaseSource
from audit.sealing.store import heads_from
from audit.sealing.verify import verify
from tests.factories.sealing import sealed

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_trail_nobody_touched_is_whole():
    entries = sealed()
    report = verify(DatabaseSource(), published=heads_from("true order by number"))
    assert [str(fault) for fault in report.faults] == []
    assert report.entries >= len(entries)
