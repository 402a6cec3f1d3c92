"""`make run`: the whole portal on this machine."""

import json
import os
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from portal.engine.environment import SEALER_SETTINGS, Addresses, announce, database
from portal.engine.errors import EngineError, in_words
from portal.engine.locks import Only
from portal.engine.paths import TREE, make_folder, make_var_folder
from portal.engine.preparation import prepare
from portal.engine.stopping import stop_signals_as_exit
from portal.engine.supervisor import PAUSE, Child, Supervisor

HOST = "127.0.0.1"
HIGHEST_PORT = 65535
MEGABYTES = 300
PATIENCE = 60
WEB_THREADS = 8
SEAL_EVERY = "3"  # seconds


def main() -> int:
    """Run until told to stop. Every reason not to run is one sentence and exit status 1."""
    try:
        var = make_var_folder()
        _refuse_full_disk(var)
        only = Only(var / "run.lock")
        if only.taken:
            raise EngineError(f"The portal of this folder is already running: {_address_in(var)}")
        try:
            _run(var, _free_port())
        finally:
            only.leave()
    except EngineError as error:
        announce(str(error))
        return 1
    except OSError as error:
        announce(str(in_words(error, TREE)))
        return 1
    return 0


def _run(var: Path, port: int) -> None:
    os.environ.update(PORTAL_ENV="sample", PORTAL_SAMPLE="1", PORT=str(port))
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    address = f"http://{HOST}:{port}"
    os.environ.setdefault("PORTAL_ADDRESS", address)
    with stop_signals_as_exit(), database() as addresses:
        prepare(addresses, var, announce)
        make_folder(var / "static", 0o755)  # collected ones; empty here, but asked for
        supervisor = Supervisor(os.environ, TREE, announce)
        try:
            supervisor.add(_web(var, port))
            _wait_until_ready(f"{address}/health/ready", supervisor)
            for child in _background(var, addresses):
                supervisor.add(child)
            (var / "address").write_text(f"{address}/\n", encoding="utf-8")
            _greet(address, var)
            _watch(supervisor)
        finally:
            (var / "address").unlink(missing_ok=True)
            supervisor.stop()


def _watch(supervisor: Supervisor) -> None:
    try:
        supervisor.watch()
    except SystemExit:
        announce("\nStopping: work in hand is finished first")


def _web(var: Path, port: int) -> Child:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST]
    command += [
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        str(WEB_THREADS),
    ]
    command += ["--no-ws", "--workers-kill-timeout", "10", "portal.wsgi:application"]
    return Child("web", command, var / "log" / "web.log")


def _background(var: Path, addresses: Addresses) -> list[Child]:
    celery = [sys.executable, "-m", "celery", "-A", "portal.celery"]
    worker = ["worker", "--loglevel", "INFO", "--concurrency", "2"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    beat = [
        "beat",
        "--loglevel",
        "INFO",
        "--pidfile=",
        f"--schedule={var / 'beat-schedule'}",
    ]
    port = str(_any_port())
    witnesses = {"PORTAL_WITNESSES": f"http://{HOST}:{port}/"}
    return [
        Child("worker", celery + worker, var / "log" / "worker.log", witnesses),
        Child("beat", celery + beat, var / "log" / "beat.log"),
        *_sealing(var, addresses, port, witnesses),
    ]


def _sealing(
    var: Path, addresses: Addresses, port: str, witnesses: Mapping[str, str]
) -> list[Child]:
    """The sealer, and a witness that keeps what the sealer says in a folder of its own."""
    witness = [sys.executable, "-m", "audit.sealing.witness", str(var / "witness"), port]
    told = {
        "DJANGO_SETTINGS_MODULE": SEALER_SETTINGS,
        **witnesses,
        **addresses.given_to(SEALER_SETTINGS),
    }
    sealer = [sys.executable, "manage.py", "seal", "--every", SEAL_EVERY]
    return [
        Child("witness", witness, var / "log" / "witness.log"),
        Child("sealer", sealer, var / "log" / "sealer.log", told),
    ]


def _any_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as attempt:
        attempt.bind((HOST, 0))
        return int(attempt.getsockname()[1])


def _free_port() -> int:
    """PORT, 8000 unless set; refuses one that is no port or is in use."""
    said = os.environ.get("PORT") or "8000"
    if not said.isascii() or not said.isdigit() or not 0 < int(said) <= HIGHEST_PORT:
        raise EngineError(f"PORT={said} is no port: it is a number from 1 to {HIGHEST_PORT}.")
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, int(said)))
        except OSError as error:
            raise EngineError(
                f"Port {said} cannot be used ({error.strerror}): end the program that has it, "
                f"or choose another, as in `make run PORT={int(said) % 65535 + 1}`."
            ) from error
    return int(said)


def _refuse_full_disk(var: Path) -> None:
    free = shutil.disk_usage(var).free // 1_000_000
    if free < MEGABYTES:
        raise EngineError(
            f"The disk is nearly full: the portal needs {MEGABYTES} MB where {var} lies, "
            f"and {free} MB are free."
        )


def _wait_until_ready(url: str, supervisor: Supervisor) -> None:
    until = time.monotonic() + PATIENCE
    said = "no answer"
    while time.monotonic() < until:
        supervisor.look()
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError as error:
            said = f"{error.code} {error.read(200).decode('utf-8', 'replace')}"
        except OSError:
            said = "no answer"
        time.sleep(PAUSE / 2)
    raise EngineError(f"The portal does not become ready ({said}): see var/log/web.log.")


def _greet(address: str, var: Path) -> None:
    lines = [
        "",
        f"The portal is ready: {address}/",
        f"Back office:         {address}/admin/",
        "",
    ]
    accounts = _sample_accounts(var)
    if accounts:
        lines.append("Sample accounts (all invented):")
        width = max(len(account["password"]) for account in accounts)
        for account in accounts:
            name, password = account["username"], account["password"]
            lines.append(f"  {name:<12}{password:<{width + 2}}{account['says']}")
        lines += ["", f"Their second factors are in {var / 'sample-accounts.json'}"]
    lines += [
        f"What the processes write is in {var / 'log'}",
        "Ctrl-C stops everything.",
        "",
    ]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def _sample_accounts(var: Path) -> list[dict[str, str]]:
    try:
        accounts: list[dict[str, str]] = json.loads(
            (var / "sample-accounts.json").read_text(encoding="utf-8")
        )
    except FileNotFoundError:
        return []
    return accounts


def _address_in(var: Path) -> str:
    try:
        return (var / "address").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return "it is just starting."


if __name__ == "__main__":
    sys.exit(main())
