#!/bin/sh
# pascal-build.sh MODE FPC OUT WORK SOURCE... -- PACKAGE... -- LIBRARY... -- LINK... -- FLAG...
#
# Builds Pascal: MODE `package` makes a library, its units, once they compile, in one archive; `program` makes a program from the
# first source. fpc finds units by the names of files in directories: all sources come together in WORK.
set -eu
mode=$1 fpc=$2 out=$3 work=$4
shift 4
rm -rf "$work"
mkdir -p "$work/own" "$work/all"
for list in sources packages libraries link; do
    : >"$work/$list"
    while [ "$1" != -- ]; do
        printf '%s\n' "$1" >>"$work/$list"
        shift
    done
    shift
done
while read -r source; do
    if [ -e "$work/own/$(basename "$source")" ]; then
        echo "error: $source: another source has that name, and Pascal finds a unit by its file's name" >&2
        exit 1
    fi
    cp "$source" "$work/own/"
done <"$work/sources"
while read -r package; do tar -xkf "$package" -C "$work/all"; done <"$work/packages"
here=$PWD
mkdir "$work/objects"
set -- -l- -v0ew "-Fu$work/own" "-Fu$work/all" "-Fi$work/own" "-FU$work/objects" "$@"
if [ "$mode" = package ]; then
    for unit in "$work"/own/*.pas "$work"/own/*.pp; do
        [ ! -e "$unit" ] || "$fpc" "$@" "$unit"
    done
    cd "$work/own"
    tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode=644 --mtime=@0 -cf ../new -- *
else
    while read -r library; do set -- "$@" "-k$library"; done <"$work/libraries"
    while read -r word; do set -- "$@" "-k$word"; done <"$work/link"
    "$fpc" "$@" "-o$work/new" "$work/own/$(basename "$(sed q "$work/sources")")"
fi
cd "$here"
sh "$(dirname "$0")/publish.sh" "$work/new" "$out"
