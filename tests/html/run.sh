#!/bin/sh
# Opens the HTML report in headless Chromium and looks at what a reader would see: nothing is asked
# of a network, filters work, boxes do not overlap, texts fit and can be read, light and dark.
#
#   sh tests/html/run.sh            BUILD holds tblint; puppeteer-core is installed into it
#
# Skips, with a line that says so, where Chromium, node or the npm package cannot be had. What the
# pages look like is left in $BUILD/html/*.png.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
out=$build/html

skip() {
    echo "skipped: HTML in Chromium: $1"
    echo "0 passed, 0 failed"
    exit 0
}

[ -x "$build/tblint" ] || { echo "there is no $build/tblint: run make first" >&2; exit 2; }
command -v chromium >/dev/null 2>&1 || sh "$root/tests/setup.sh" chromium >/dev/null 2>&1 ||
    skip "the package chromium cannot be installed"
command -v chromium >/dev/null 2>&1 || skip "there is no chromium"
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || skip "node or npm is missing"
tools=$build/html-tools
if [ ! -d "$tools/node_modules/puppeteer-core" ]; then
    mkdir -p "$tools"
    npm install --silent --no-audit --no-fund --prefix "$tools" puppeteer-core@24 \
        >"$tools/npm.log" 2>&1 || skip "the npm registry cannot be reached"
fi

rm -rf "$out"
mkdir -p "$out"
if ! sh "$root/tests/html/pages.sh" "$build/tblint" "$out" >"$out/pages.txt" 2>&1; then
    echo "FAILED the pages were not written"
    cat "$out/pages.txt"
    echo "0 passed, 1 failed"
    exit 1
fi
# A module finds its packages from where it stands.
cp "$root"/tests/html/*.mjs "$tools/"
without_network=
unshare -rn true 2>/dev/null && without_network="unshare -rn"
[ "$(id -u)" = 0 ] && unshare -n true 2>/dev/null && without_network="unshare -n"
export HOME="$out/home"
mkdir -p "$HOME"
CHROMIUM=$(command -v chromium)
export CHROMIUM
$without_network node "$tools/check.mjs" "$out"
