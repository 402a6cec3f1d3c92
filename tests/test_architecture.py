"""The shape of the project, held by tests."""

import subprocess
import sys

from django.apps import apps
from django.conf import settings

LAYERS = ["audit", "catalog", "identity", "applications", "portal"]  # floor first


def test_foreign_keys_point_down():
    """Import contracts do not see foreign keys written as strings; this does."""
    upward = []
    for model in apps.get_models():
        if model._meta.app_label not in LAYERS:
            continue
        floor = LAYERS.index(model._meta.app_label)
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete and field.related_model is not None:
                target = field.related_model._meta.app_label
                if target in LAYERS and LAYERS.index(target) > floor:
                    upward.append(f"{field} -> {target}")
    assert upward == []


def test_the_trail_has_no_foreign_keys():
    relations = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_app_config("audit").get_models()
        for field in model._meta.get_fields()
        if field.is_relation
    ]
    assert relations == []


def test_import_contracts_are_kept():
    checked = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as l; l()"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
