#!/usr/bin/env bash
# Puts tblint into $FOLDER, unless the cache has put it there, and that on PATH. It is built outside
# the source, which may be a part of the checkout.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
packages=(make gcc libc6-dev pkg-config libgit2-dev libtree-sitter-dev libcjson-dev libyaml-dev)

# refuse SENTENCE
refuse() {
    echo "::error title=tblint::$1"
    exit 1
}

runs() {
    "$FOLDER/bin/tblint" version 2>/dev/null
}

install_packages() {
    local -a as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -q -q
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -q -q -y \
        --no-install-recommends "${packages[@]}" >/dev/null
}

# The tarball has in it all but the C library, so the next run needs no packages. Where it cannot be
# made, the plain program does, and every run installs the packages.
build() {
    local work
    work=$(mktemp -d /tmp/tblint-build.XXXXXX)
    rm -rf "$FOLDER"
    mkdir -p "$FOLDER/bin"
    if make -C "$root" -j "$(nproc)" BUILD="$work" WARNINGS= dist; then
        tar -xzf "$work"/tblint-*.tar.gz -C "$FOLDER" --strip-components=1
    else
        make -C "$root" -j "$(nproc)" BUILD="$work" WARNINGS= all
        install -m 755 "$work/tblint" "$FOLDER/bin/"
    fi
    rm -rf "$work"
}

if ! runs; then
    if [ ! -f "$root/Makefile" ] || [ ! -d "$root/analyzers" ]; then
        refuse "There is no tblint on PATH and no source to build it from: see the top of tblint.yml."
    fi
    command -v apt-get >/dev/null ||
        refuse "tblint is built here on Ubuntu and Debian only: put it on PATH in a step before."
    install_packages
    if ! runs; then
        build
        runs || refuse "tblint was built and does not run."
        echo "built=true" >>"$GITHUB_OUTPUT"
    fi
fi
echo "$FOLDER/bin" >>"$GITHUB_PATH"
