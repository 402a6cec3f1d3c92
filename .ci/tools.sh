#!/bin/sh
# `make tools`: what the suite can use beyond Python, from the system's own packages.
set -eu

explain() {
    echo "Install these with your system's package manager: Redis, Chromium (with fonts for"
    echo "Chinese), GNU gettext, and PostgreSQL 15 or newer (server programs)."
}

if ! command -v apt-get >/dev/null; then
    echo "This system has no apt-get."
    explain
    exit 1
fi

become=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        become="sudo"
    else
        echo "This account may not install packages."
        explain
        exit 1
    fi
fi

missing=""
command -v redis-server >/dev/null || missing="$missing redis-server"
command -v msgfmt >/dev/null || missing="$missing gettext"
command -v chromium >/dev/null || command -v google-chrome >/dev/null ||
    missing="$missing chromium fonts-noto-cjk"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
if [ -z "$missing" ]; then
    echo "Everything is here: Redis, Chromium, gettext, a second PostgreSQL."
    exit 0
fi

echo "Installing:$missing"
$become apt-get update -q
# The package would start a server of its own; only its programs are wanted.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    $become mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | $become tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
# shellcheck disable=SC2086 # a list of words
$become env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o Dpkg::Options::=--force-confold $missing
