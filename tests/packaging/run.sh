#!/bin/sh
# What `make dist` and `make deb` give: complete, the same bytes wherever it is built, and it runs
# where it is put: the tarball in a root with nothing but glibc, the package installed by dpkg.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
export TBLINT_BIN="$build/tblint" TBLINT_SOURCE="$root"
. "$root/tests/cli/lib.sh"
unset MAKEFLAGS MFLAGS MAKELEVEL
version=$(sed -n 's/^VERSION := //p' "$root/Makefile")
make_() { make -C "$root" --no-print-directory BUILD="$build" "$@"; }

# works PROGRAM NAME: it judges a project as the built one does.
works() {
    project "$2"
    datasource events "LowCardinality(String)"
    git add -A
    tblint lint --staged >"$scratch/usual" 2>/dev/null
    run "$1" lint --staged
    expect "$2: it lints" 1 "TB101"
    cmp -s "$scratch/usual" "$out"
    same "$2: with the same words" "$?" 0
}

# holds NAME LIST FILE...: each stands in the list.
holds() {
    holder=$1 list=$2
    shift 2
    for file in "$@"; do
        run grep -qE "$file" "$list"
        expect "$holder holds $file" 0
    done
}

# ---- the tarball ----

run make_ dist;                 expect "make dist" 0 "tblint-$version-"
tarball=$(tail -n 1 "$out")
first=$(sha256sum <"$tarball")
make_ dist >/dev/null
same "make dist twice gives the same bytes" "$(sha256sum <"$tarball")" "$first"
tar -tzf "$tarball" >"$scratch/list"
holds "the tarball" "$scratch/list" '/bin/tblint$' '/share/man/man1/tblint\.1$' '/README\.md$' \
    'bash-completion/completions/tblint$' '/_tblint$' '/tblint\.fish$' \
    '/share/doc/tblint/libraries/.'
same "nothing is outside one folder" \
    "$(grep -cv "^tblint-$version-[a-z0-9_]*/" "$scratch/list")" 0
mkdir "$scratch/a folder"
tar -xzf "$tarball" -C "$scratch/a folder"
unpacked=$(echo "$scratch/a folder"/tblint-*)
run "$unpacked/bin/tblint" version
expect "the program of the tarball" 0 "tblint $version"
works "$unpacked/bin/tblint" "the tarball"
run sh -c 'ldd "$1" | sed -n "s/.* => \(.*\) (0x.*/\1/p" |
    grep -vE "/lib/tblint/|/(libc|libm|libresolv|ld-linux[^ ]*)\.so"' sh "$unpacked/bin/tblint"
same "it loads glibc and what it carries" "$(cat "$out")" ""
run sh -c 'ldd "$1"' sh "$unpacked/bin/tblint"
absent "libgit2 is inside" "libgit2"

# A root of its own with glibc alone: what is not in the tarball is not there.
if [ "$(id -u)" -eq 0 ] && chroot / true 2>/dev/null; then
    bare=$scratch/bare
    mkdir -p "$bare/opt"
    mv "$unpacked" "$bare/opt/tblint"
    for library in $(ldd "$TBLINT_BIN" | grep -oE '/[^ ]*(libc|libm|libresolv|ld-linux[^ ]*)\.so[^ ]*'); do
        install -D "$library" "$bare$library"
    done
    for library in $(ldd "$bare/opt/tblint/bin/tblint" |
        grep -oE '/[^ ]*/(libc|libm|libresolv|ld-linux[^ ]*)\.so[^ ]*'); do
        install -D "$library" "$bare$library"
    done
    cp -R . "$bare/project"
    # The loader finds out where the program is from /proc, which is not there, either.
    alone() {
        run env LD_ORIGIN_PATH=/opt/tblint/bin GIT_DIR=/project/.git GIT_WORK_TREE=/project \
            chroot "$bare" /opt/tblint/bin/tblint "$@"
    }
    alone version;              expect "with glibc alone: version" 0 "tblint $version"
    alone lint --staged;        expect "with glibc alone: lint" 1 "TB101"
    cmp -s "$scratch/usual" "$out"
    same "with glibc alone: the same words" "$?" 0
else
    echo "skipped: a root with glibc alone needs the rights of root"
fi

# ---- the Debian package ----

if command -v dpkg-deb >/dev/null && command -v dpkg-shlibdeps >/dev/null; then
    run make_ deb;              expect "make deb" 0 "tblint_$version"
    package=$(tail -n 1 "$out")
    first=$(sha256sum <"$package")
    make_ deb >/dev/null
    same "make deb twice gives the same bytes" "$(sha256sum <"$package")" "$first"
    run dpkg-deb --field "$package" Package Version Architecture Depends
    expect "what it says of itself" 0 "Package: tblint" "Version: $version" \
        "$(dpkg --print-architecture)"
    for library in libc6 libgit2 libtree-sitter libcjson libyaml; do
        run sh -c 'dpkg-deb --field "$1" Depends | tr "," "\n" |
            grep -E "^ ?$2[0-9.-]* \(>= |^ ?$2[0-9.-]*$"' sh "$package" "$library"
        expect "it depends on $library" 0
    done
    dpkg-deb --contents "$package" >"$scratch/list"
    holds "the package" "$scratch/list" ' \./usr/bin/tblint$' '/man1/tblint\.1\.gz$' \
        '/doc/tblint/README\.md$' '/zsh/vendor-completions/_tblint$'
    same "all of it belongs to root" "$(grep -cv ' root/root ' "$scratch/list")" 0
    same "nothing may be written by others" "$(grep -cE '^.....w|^........w' "$scratch/list")" 0
    dpkg-deb -x "$package" "$scratch/deb"
    works "$scratch/deb/usr/bin/tblint" "the package, unpacked"
    run sh -c 'gzip -dc "$1" | cmp - "$2"' sh "$scratch/deb/usr/share/man/man1/tblint.1.gz" \
        "$root/cmd/tblint.1"
    expect "the man page in it" 0
    dpkg-deb --fsys-tarfile "$package" | tar -xOf - ./usr/share/doc/tblint/changelog.gz |
        gzip -dc | grep -q "^tblint ($version)"
    same "the changelog names the version" "$?" 0
    if command -v lintian >/dev/null; then
        run lintian --allow-root --fail-on error,warning "$package"
        expect "lintian has no objection" 0
        same "lintian says nothing" "$(grep -v 'running with root' "$out")" ""
    else
        echo "skipped: no lintian to look at the package"
    fi
    # Only where it takes nothing away from whoever runs this.
    if [ "$(id -u)" -eq 0 ] && [ ! -e /usr/bin/tblint ] && ! dpkg -s tblint >/dev/null 2>&1; then
        run dpkg --install "$package"
        expect "dpkg --install" 0
        same "it is installed" "$(dpkg-query -W -f='${db:Status-Status}' tblint)" installed
        works /usr/bin/tblint "the package, installed"
        run dpkg --verify tblint
        expect "dpkg --verify" 0
        run dpkg --purge tblint
        expect "dpkg --purge" 0
        same "nothing is left" "$(ls -d /usr/bin/tblint /usr/share/doc/tblint 2>/dev/null)" ""
    else
        echo "skipped: dpkg --install needs the rights of root, and no tblint that is there"
    fi
else
    echo "skipped: make deb needs dpkg-dev"
    package=
fi

# ---- the same source in another folder, built anew ----

# Objects that are older than the Makefile may have been made with other flags.
if [ -n "$(find "$build" -name '*.o' ! -newer "$root/Makefile" -print -quit)" ]; then
    echo "skipped: the same bytes from another folder: $build holds objects older than the Makefile"
    finish
    exit
fi
: "${SOURCE_DATE_EPOCH:=$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$root/Makefile")}"
export SOURCE_DATE_EPOCH
mkdir "$scratch/elsewhere"
(cd "$root" && git ls-files -z --cached --others --exclude-standard |
    tar -cf - --ignore-failed-read --null -T - 2>/dev/null) | tar -xf - -C "$scratch/elsewhere"
run make -C "$scratch/elsewhere" --no-print-directory -j2 BUILD=other dist ${package:+deb}
expect "building elsewhere" 0
for file in "$tarball" $package; do
    run cmp "$file" "$scratch/elsewhere/other/${file##*/}"
    expect "built elsewhere, ${file##*/} has the same bytes" 0
done
finish
