#!/bin/sh
# Prints the C file that holds the style and the script of the HTML report, and their hashes for its
# Content-Security-Policy: sh cmd/report/html/embed.sh cmd/report/html > html_assets.c
set -eu
LC_ALL=C
export LC_ALL

dir=${1:?usage: embed.sh FOLDER}

# The SHA-256 of a file in base64: 64 hex digits are 43 digits of six bits each, and a filler.
hash_of() {
    sha256sum "$1" | cut -c 1-64 | awk '
        BEGIN {
            digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        }
        {
            text = $0 "00"
            for (i = 1; i <= 64; i += 3) {
                bits = 0
                for (k = 0; k < 3; k++)
                    bits = bits * 16 + index("0123456789abcdef", substr(text, i + k, 1)) - 1
                out = out substr(digits, int(bits / 64) + 1, 1) substr(digits, bits % 64 + 1, 1)
            }
            print substr(out, 1, 43) "="
        }'
}

asset() { # NAME FILE
    if grep -qi '</\(style\|script\)\|<!--' "$2"; then
        echo "embed.sh: $2 would end the element that holds it" >&2
        exit 1
    fi
    echo "static const char text_$1[] ="
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/?/\\?/g' -e 's/^/    "/' -e 's/$/\\n"/' "$2"
    echo '    "";'
    echo "const HtmlAsset html_$1 = {text_$1, \"sha256-$(hash_of "$2")\"};"
}

echo '/* Written by cmd/report/html/embed.sh from style.css and script.js beside it. */'
echo '#include "report/html/assets.h"'
echo
echo '/* They are longer than the text that ISO C promises to take in one literal. */'
echo '#pragma GCC diagnostic ignored "-Woverlength-strings"'
echo
asset style "$dir/style.css"
asset script "$dir/script.js"
