#!/bin/sh
# Prints what to give the linker so that as little as possible stays dynamic: the archive of each
# library where there is one, else the shared library.
#
# Three things stay dynamic on Debian. glibc: it loads parts of itself at run time (users, host
# names), which have to be of the very same version. cJSON and Kerberos (for libgit2): Debian has no
# archive of them; the tarball carries them beside the program.
set -eu
compiler=${CC:-gcc}

# located FILE: its path, where the compiler knows one.
located() {
    path=$("$compiler" -print-file-name="$1")
    case $path in /*) echo "$path" ;; esac
}

flags=
for word in $(pkg-config --static --libs "$@"); do
    case $word in
        -lc | -lm | -lrt | -ldl | -lpthread | -pthread) continue ;;
        -l*)
            archive=$(located "lib${word#-l}.a")
            flags="$flags ${archive:-$word}"
            ;;
        *) flags="$flags $word" ;;
    esac
done
# What Debian's archives need besides, and its lists leave out: Kerberos for libgit2, OpenSSL for
# libssh2.
wants() { # ARCHIVE PREFIX
    archive=$(located "$1")
    [ -n "$archive" ] && nm -u "$archive" 2>/dev/null | grep -q " $2_"
}
if wants libgit2.a gss; then flags="$flags -l:libgssapi_krb5.so.2"; fi
if wants libssh2.a EVP; then flags="$flags $(located libcrypto.a)"; fi
# main.c has its own mbedtls_x509_crt_parse_file, which beats a shared library's without a word; of
# two in archives the linker takes the first only where it is told to.
echo "-Wl,--as-needed -Wl,-z,muldefs -Wl,--start-group $flags -Wl,--end-group -lm -ldl -lrt -lpthread"
