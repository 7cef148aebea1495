#!/usr/bin/env bash
# Is tblint on PATH? If not: where it shall be put (output `folder`), and the name under which the
# cache keeps it (output `key`): that of its source and of the system that it is built for.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if command -v tblint >/dev/null 2>&1; then
    echo "$(tblint version), from $(command -v tblint)"
    echo "on-path=true" >>"$GITHUB_OUTPUT"
    exit 0
fi

# system: release and processor, since the program fits the C library of the release.
system() {
    local ID=linux VERSION_ID=
    # shellcheck disable=SC1091 # a file of the runner's
    [ ! -r /etc/os-release ] || . /etc/os-release
    echo "$ID-${VERSION_ID:-0}-$(uname -m)"
}

# No key where this folder was copied without the source: there is nothing to build then.
key=
if [ -f "$root/Makefile" ] && [ -d "$root/analyzers" ]; then
    cd "$root"
    hash=$(find Makefile analyzers cmd grammar rules ci-templates/packaging -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-32)
    key=tblint-$(system)-$hash
fi
{
    echo "on-path=false"
    echo "folder=${RUNNER_TEMP:?}/tblint"
    echo "key=$key"
} >>"$GITHUB_OUTPUT"
