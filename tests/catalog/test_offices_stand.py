"""An office keeps its code, whoever writes to its row."""

import pytest
from django.db import ProgrammingError, transaction

from catalog.models import Department
from tests.factories.catalog import make_department

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fields", [{"code": "T-OTHER"}, {"id": 987654}])
def test_the_code_of_an_office_stands(fields):
    office = make_department()

    with pytest.raises(ProgrammingError, match="the code of an office"), transaction.atomic():
        Department.objects.filter(pk=office.pk).update(**fields)

    Department.objects.filter(pk=office.pk).update(name="另一个名称")
    office.refresh_from_db()
    assert office.name == "另一个名称"
