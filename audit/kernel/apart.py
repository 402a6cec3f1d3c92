"""Opening files where they can do no harm: in a process of its own with little memory and time.

Half a megabyte can unfold into gigabytes. The process that opens a file may fail; the portal goes
on. It is started from this very file and has no settings and no database: the limits come first,
then one module of the tree is run, with the file on its standard input.
"""

import os
import resource
import runpy
import subprocess
import sys
from pathlib import Path

MOST_MEMORY = 768 * 1024 * 1024
MOST_SECONDS = 10
TREE = Path(__file__).resolve().parents[2]
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each takes memory for itself


def open_apart(program: str, data: bytes, *words: str) -> tuple[str, bytes]:
    """What the program says of the file, and what it made of it; no word if it came to no end.

    `program` is the name of a module that reads its standard input and writes one line in ASCII,
    then bytes. It may import pure modules of the tree only.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own Python, with this file
            [sys.executable, "-I", __file__, program, *words],
            input=data,
            capture_output=True,
            timeout=2 * MOST_SECONDS,
            check=False,
            env={**os.environ, **ONE_THREAD},
        )
    except subprocess.TimeoutExpired:
        return "", b""
    word, _line, made = done.stdout.partition(b"\n")
    return (word.decode("ascii", "replace"), made) if done.returncode == 0 else ("", b"")


def main() -> None:
    """Be the process apart."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, str(TREE))
    runpy.run_module(sys.argv[1], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
