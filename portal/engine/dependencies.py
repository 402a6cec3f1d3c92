"""The folder .venv with the locked requirements: made once, checked in an instant.

Runs with whatever Python the machine has, also one too old for the portal, so it uses nothing
but the standard library, and none of its own newer words.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
VENV = TREE / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
LOCKS = {"run": TREE / "requirements.lock", "dev": TREE / "requirements-dev.lock"}
MEGABYTES = {"run": 700, "dev": 1400}
STEP = 20


class SetupError(Exception):
    """A sentence for the person at the terminal."""


def main(arguments):  # type: (list[str]) -> int
    wanted = arguments[0] if arguments else "run"
    try:
        refuse_old_python()
        with open_tree() as tree:
            fcntl.flock(tree, fcntl.LOCK_EX)
            if not is_installed(wanted):
                install(wanted)
    except SetupError as error:
        tell(str(error))
        return 1
    except OSError as error:
        tell(f"{error.filename or VENV} cannot be written: {error.strerror}.")
        return 1
    except KeyboardInterrupt:
        tell("Stopped. The next start goes on from here.")
        return 130
    return 0


def tell(sentence):  # type: (str) -> None
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def refuse_old_python():  # type: () -> None
    if sys.version_info < OLDEST:
        found = ".".join(str(number) for number in sys.version_info[:3])
        raise SetupError(
            f"Python 3.11 or newer is needed, and {sys.executable} is {found}: install a newer "
            "one, or name it, as in `make run PYTHON=/usr/bin/python3.12`."
        )


class open_tree:  # noqa: N801 - reads as a verb where it is used
    """The tree's folder itself is the lock: two installations never run at once."""

    def __enter__(self):  # type: () -> int
        self.handle = os.open(str(TREE), os.O_RDONLY)
        return self.handle

    def __exit__(self, *_):  # type: (object) -> None
        os.close(self.handle)


def fingerprint():  # type: () -> str
    content = b"".join(lock.read_bytes() for lock in LOCKS.values())
    return hashlib.sha256(content + os.fsencode(str(VENV))).hexdigest()


def stamp(kind):  # type: (str) -> Path
    return VENV / f"portal-{kind}.stamp"


def is_installed(wanted):  # type: (str) -> bool
    """Whether the folder is complete; what developers need includes what the portal needs."""
    now = fingerprint()
    kinds = ["dev"] if wanted == "dev" else ["run", "dev"]
    return any(stamp(kind).is_file() and stamp(kind).read_text() == now for kind in kinds)


def install(wanted):  # type: (str) -> None
    free = shutil.disk_usage(str(TREE)).free // 1_000_000
    if free < MEGABYTES[wanted]:
        raise SetupError(
            f"The disk is nearly full: setting up needs {MEGABYTES[wanted]} MB where {TREE} lies, "
            f"and {free} MB are free."
        )
    make_venv()
    for kind in LOCKS:
        if stamp(kind).is_file():
            stamp(kind).unlink()
    pip_install(LOCKS[wanted])
    stamp(wanted).write_text(fingerprint())


def make_venv():  # type: () -> None
    """Make .venv unless a working one is there that was made at this place."""
    if venv_works():
        return
    tell("Making .venv (first time only)")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(str(VENV), ignore_errors=True)
        if "No space left" in done.stdout:
            raise SetupError(f"The disk is full: free some space where {TREE} lies.")
        raise SetupError(
            f"{sys.executable} cannot make a virtual environment: install its venv module "
            "(on Debian and Ubuntu the package python3-venv)."
        )


def venv_works():  # type: () -> bool
    check = "import sys, pip; print(sys.prefix, sys.version_info >= (3, 11), sep='|')"
    try:
        said = subprocess.run(
            [str(PYTHON), "-c", check], capture_output=True, text=True, check=False
        ).stdout.strip()
    except OSError:
        return False
    return said == f"{VENV}|True"


def pip_install(lock):  # type: (Path) -> None
    """Install every locked file, hash by hash; nothing is resolved, so any pip will do."""
    total = sum(1 for line in lock.read_text().splitlines() if line and line[0].isalnum())
    tell(f"Installing {total} packages (first time only, about a minute)")
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    seen, said = 0, []  # type: (int, list[str])
    with subprocess.Popen(
        [*command, "-r", str(lock)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as pip:
        for line in pip.stdout or ():
            said = [*said[-30:], line.rstrip()]
            if line.startswith(("Collecting ", "Processing ", "Requirement already")):
                seen += 1
                if seen % STEP == 0:
                    tell(f"  {seen} of {total}")
            elif line.startswith("Installing collected"):
                tell("  all here, unpacking")
    if pip.returncode != 0:
        raise SetupError(what_pip_said(said))


def what_pip_said(lines):  # type: (list[str]) -> str
    text = "\n".join(lines)
    if "No space left" in text:
        return f"The disk is full: free some space where {TREE} lies, then start again."
    reasons = [line for line in lines if line.startswith("ERROR")]
    reason = reasons[0] if reasons else (lines[-1] if lines else "pip said nothing")
    return f"The requirements could not be installed; check the network and pip's index. {reason}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
