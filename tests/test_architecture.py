"""The shape of the project, held by tests."""

import os
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


HEAVY = {"PIL", "catalog.admin", "numpy", "opencc", "pypinyin"}
_WHAT_COMMANDS_LOAD = """
import sys
import django
django.setup()
from django.core.management import load_command_class
for name in ("audit_verify", "seal"):
    assert load_command_class("audit", name).requires_system_checks == []
print(*sys.modules)
from django.core.checks import run_checks
run_checks(tags=["admin"])
print(*sys.modules)
"""


def test_the_check_and_the_sealer_load_no_tables_of_words_and_no_pictures(tmp_path):
    """A check of the trail has 200 MB for a million entries; these would take a third of it. The
    tables of the back office, which lead to them, are still looked at by Django's own checks."""
    loaded = subprocess.run(
        [sys.executable, "-c", _WHAT_COMMANDS_LOAD],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DATABASE_URL": "postgres://portal_app@localhost/nowhere",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PORTAL_ENV": "dev",
            "PORTAL_VAR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stderr
    at_work, checked = [set(line.split()) for line in loaded.stdout.splitlines()]
    assert at_work & HEAVY == set()
    assert {"catalog.admin", "pypinyin"} <= checked
