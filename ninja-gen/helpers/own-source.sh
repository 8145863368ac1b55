#!/bin/sh
# own-source.sh DEPFILE SOURCE
#
# Takes a compile's own source out of the dependencies that the compiler wrote. Ninja knows it anyway, and its depfile reader takes
# names with ' " & ; | and their like apart: the object would never be up to date.
set -eu
SOURCE=$2 awk '
    BEGIN { source = ENVIRON["SOURCE"] }
    {
        at = found ? 0 : index($0, source)
        if (at) {
            found = 1
            $0 = substr($0, 1, at - 1) substr($0, at + length(source))
        }
        print
    }' "$1" >"$1.partial"
mv -f "$1.partial" "$1"
