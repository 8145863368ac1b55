#!/bin/sh
# publish.sh NEW OUT
#
# Moves NEW to OUT, unless OUT says the same already: then it stays as old as it is, and Ninja (restat) and CMake leave alone what
# was made from it. Make would make it again and again: for Make it becomes new.
set -eu
if cmp -s "$1" "$2"; then
    rm -f "$1"
    [ -z "${MAKELEVEL:-}" ] || touch "$2"
else
    mv -f "$1" "$2"
fi
