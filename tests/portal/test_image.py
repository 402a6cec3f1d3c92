"""The image of production, as far as it can be read without building it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASK = """
import sys, manage
print(manage.settings_asked_for(sys.argv, manage.default_settings(sys.argv)))
"""


def environment_of_the_image() -> dict[str, str]:
    """What the ENV lines of the last stage set."""
    stage = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    lines = re.findall(r"^ENV ((?:.*\\\n)*.*)", stage, re.MULTILINE)
    found = dict(re.findall(r"(\w+)=(\S+)", "\n".join(lines)))
    assert found["PORTAL_ENV"] == "prod"
    return found


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        ("migrate", "portal.settings_owner"),
        ("backup", "portal.settings_owner"),
        ("load_catalog", "portal.settings"),
    ],
)
def test_each_command_of_the_image_finds_its_own_settings(command, settings):
    asked = subprocess.run(
        [sys.executable, "-c", ASK, command],
        cwd=ROOT,
        env=environment_of_the_image(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.strip() == settings
