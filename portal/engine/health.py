"""Asks the portal in this container whether it is ready; the exit status is the answer."""

import os
import sys
import urllib.error
import urllib.request

ADDRESS = "http://127.0.0.1:8000/health/ready"


def main() -> int:
    """Speak as the proxy does, or production would send the question on to https."""
    host = os.environ.get("PORTAL_HOSTS", "localhost").split(",")[0].strip()
    headers = {"Host": host.lstrip("."), "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(ADDRESS, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=4):  # noqa: S310
            return 0
    except (urllib.error.URLError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
