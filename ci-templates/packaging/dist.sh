#!/bin/sh
# Makes $BUILD/tblint-VERSION-ARCHITECTURE.tar.gz: program, man page, completions, README, the shared
# libraries that libraries.sh could not do without, and the notices of all that is inside. It is
# unpacked anywhere, and needs nothing but glibc, of this version or a newer one.
# The same source, compiler and libraries give the same bytes; SOURCE_DATE_EPOCH sets the time.
set -eu
unset MAKEFLAGS MFLAGS MAKELEVEL
architecture=$("${CC:-gcc}" -dumpmachine | cut -d- -f1)
name=tblint-$VERSION-$architecture
stage=$BUILD/dist/$name
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Makefile)}"

rm -rf "$stage"
mkdir -p "$stage/lib/tblint" "$stage/share/doc/tblint/libraries"
make --no-print-directory -s BUILD="$BUILD" PROGRAM="$BUILD/dist/tblint" PREFIX= DESTDIR="$stage" \
    install
strip "$stage/bin/tblint"
cp README.md "$stage/"
for text in LICENSE* COPYING*; do
    [ ! -f "$text" ] || cp "$text" "$stage/"
done

# The shared libraries that come along: all but those of glibc.
ldd "$stage/bin/tblint" | awk '$2 == "=>" && $3 ~ /^\// { print $1, $3 }' |
    grep -vE '^(libc|libm|libdl|librt|libpthread|libresolv|libutil|ld-linux[^ ]*)\.so' |
    while read -r library path; do
        install -m 644 "$path" "$stage/lib/tblint/$library"
        echo "$path"
    done >"$BUILD/dist/inside"

# The notices of what is linked in and of what comes along, where the system says whose it is.
# shellcheck disable=SC2046
printf '%s\n' $(sh ci-templates/packaging/libraries.sh libgit2 tree-sitter libcjson yaml-0.1) | grep '^/' \
    >>"$BUILD/dist/inside"
while read -r path; do
    file=$(readlink -f "$path")
    package=$(dpkg-query -S "$file" "${file#/usr}" 2>/dev/null | sed -n '1s/:.*//p')
    notice=/usr/share/doc/$package/copyright
    if [ -n "$package" ] && [ -f "$notice" ]; then
        install -m 644 "$notice" "$stage/share/doc/tblint/libraries/$package"
    else
        echo "no notice is known of $path: add it before you pass the tarball on" >&2
    fi
done <"$BUILD/dist/inside"

tar -C "$BUILD/dist" --sort=name --owner=0 --group=0 --numeric-owner --mode=go-w \
    --mtime="@$SOURCE_DATE_EPOCH" -cf - "$name" | gzip -9n >"$BUILD/$name.tar.gz.part"
mv "$BUILD/$name.tar.gz.part" "$BUILD/$name.tar.gz"
echo "$BUILD/$name.tar.gz"
