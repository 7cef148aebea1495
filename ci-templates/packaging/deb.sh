#!/bin/sh
# Makes $BUILD/tblint_VERSION_ARCHITECTURE.deb. The libraries are Debian's own, so the package is for
# the release that builds it; its Depends are what dpkg-shlibdeps finds in the program.
# MAINTAINER names who answers for the package.
set -eu
unset MAKEFLAGS MFLAGS MAKELEVEL
for tool in dpkg-deb dpkg-shlibdeps; do
    command -v $tool >/dev/null || { echo "make deb needs $tool:  apt-get install dpkg-dev" >&2; exit 1; }
done
architecture=$(dpkg --print-architecture)
work=$BUILD/deb
root=$work/tblint
share=$root/usr/share
nobody='tblint <tblint@localhost>'
: "${MAINTAINER:=$nobody}"
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Makefile)}"
export SOURCE_DATE_EPOCH

rm -rf "$work"
mkdir -p "$root/DEBIAN" "$work/debian" "$share/doc/tblint"
make --no-print-directory -s BUILD="$BUILD" PREFIX=/usr DESTDIR="$root" install
strip "$root/usr/bin/tblint"
gzip -9n "$share/man/man1/tblint.1"
# Debian's zsh looks here for what packages bring.
if [ -d "$share/zsh/site-functions" ]; then
    mv "$share/zsh/site-functions" "$share/zsh/vendor-completions"
fi
install -m 644 README.md "$share/doc/tblint/"
for text in LICENSE* COPYING*; do
    [ ! -f "$text" ] || install -m 644 "$text" "$share/doc/tblint/copyright"
done
{
    printf 'tblint (%s) unstable; urgency=medium\n\n  * Version %s.\n\n' "$VERSION" "$VERSION"
    printf ' -- %s  %s\n' "$MAINTAINER" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$share/doc/tblint/changelog.gz"

# What Debian's checker objects to and only whoever passes the package on can mend.
overrides=$share/lintian/overrides/tblint
mkdir -p "${overrides%/*}"
{
    [ -f "$share/doc/tblint/copyright" ] ||
        printf '# There is no licence yet: the source comes without a file LICENSE or COPYING.\ntblint: no-copyright-file\n'
    [ "$MAINTAINER" != "$nobody" ] ||
        printf '# make deb MAINTAINER="NAME <ADDRESS>" names who answers for it.\ntblint: bogus-mail-host Maintainer *\ntblint: bogus-mail-host-in-debian-changelog *\n'
} >"$overrides"
[ -s "$overrides" ] || rm -r "$share/lintian"
chmod -R u=rwX,go=rX "$root"

# The tool wants a source package around it.
printf 'Source: tblint\n\nPackage: tblint\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O tblint/usr/bin/tblint 2>/dev/null |
    sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { echo "dpkg-shlibdeps found nothing the program depends on" >&2; exit 1; }
size=$(du -sk --apparent-size "$root/usr" | cut -f1)
cat >"$root/DEBIAN/control" <<CONTROL
Package: tblint
Version: $VERSION
Architecture: $architecture
Maintainer: $MAINTAINER
Installed-Size: $size
Depends: $depends
Recommends: git
Section: devel
Priority: optional
Description: say what a change to a Tinybird project will do to live data
 tblint compares a Tinybird data project with its live branch, in the hook
 before a commit or a push, in the pull request, and before a deploy. It
 reports which data will be lost, which deploys will be refused, and what
 breaks, and writes the repair where it can prove it. It needs the files and
 the git repository only.
CONTROL
package=$BUILD/tblint_${VERSION}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
