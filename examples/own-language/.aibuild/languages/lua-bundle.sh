#!/bin/sh
# lua-bundle.sh LUAC OUT [--run=LUA] ROOT SOURCE... -- LIBRARY...
#
# Lua's modules as one file: each source becomes what `require` of its name runs, ROOT/words/count.lua that of `words.count` and
# words/init.lua that of `words`. With --run the file is a program: it has the libraries inside, and runs the first source. A source that
# LUAC doesn't take is an error. OUT stays as it was where nothing would change.
set -eu

luac=$1 out=$2
shift 2
run=
case $1 in --run=*) run=${1#--run=} && shift ;; esac
root=${1%/}
shift

# One source as a function of its own, with the line numbers and the name that messages should have.
chunk() {
    "$luac" -p -- "$1"
    if grep -q ']=====\]' "$1"; then
        echo "lua-bundle.sh: $1 has ]=====], which this script uses itself" >&2
        exit 1
    fi
    printf 'assert(load([=====[\n'
    cat "$1"
    printf ']=====], [=====[@%s]=====]))' "$1"
}

module() {
    name=${1#"$root"/}
    name=${name%.lua}
    name=${name%/init}
    printf '%s' "$name" | tr / .
}

trap 'rm -f "$out.partial"' EXIT
{
    if [ "$run" ]; then printf '#!%s\n' "$run"; fi
    main=$1
    while [ "$1" != -- ]; do
        if [ ! "$run" ] || [ "$1" != "$main" ]; then
            printf 'package.preload[ [=====[%s]=====] ] = ' "$(module "$1")"
            chunk "$1"
            printf '\n'
        fi
        shift
    done
    shift
    for library; do cat "$library"; done
    if [ "$run" ]; then
        chunk "$main"
        printf '(...)\n'
    fi
} >"$out.partial"
if [ "$run" ]; then chmod +x "$out.partial"; fi
cmp -s "$out.partial" "$out" || mv "$out.partial" "$out"
