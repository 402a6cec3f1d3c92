"""An office keeps its code and its region, whoever writes to its row."""

import pytest
from django.db import ProgrammingError, transaction

from catalog.models import Department
from tests.factories.catalog import make_department, make_region

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fields", [{"code": "T-OTHER"}, {"id": 987654}])
def test_the_code_of_an_office_stands(fields):
    office = make_department()

    with pytest.raises(ProgrammingError, match="the code of an office"), transaction.atomic():
        Department.objects.filter(pk=office.pk).update(**fields)

    for region in (make_region("510100000000"), make_region("511600000000")):
        with pytest.raises(ProgrammingError, match="the region of"), transaction.atomic():
            Department.objects.filter(pk=office.pk).update(region=region)

    Department.objects.filter(pk=office.pk).update(name="另一个名称")
    office.refresh_from_db()
    assert office.name == "另一个名称"
