#!/bin/sh
# haskell-build.sh MODE GHC OUT WORK SOURCE... -- PACKAGE... -- LIBRARY... -- LINK... -- FLAG...
#
# Builds Haskell: MODE `package` makes a library, its sources, once they compile, in one archive; `program` makes a program of its
# sources and those of its packages. GHC finds the order itself, and only files that it is told of.
set -eu
mode=$1 ghc=$2 out=$3 work=$4
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
here=$PWD
number=0
while read -r source; do
    # Data/Word.hs and Word.hs are two modules.
    number=$((number + 1))
    if [ "$mode" = package ]; then
        mkdir "$work/own/$number"
        cp "$source" "$work/own/$number/"
    fi
    set -- "$@" "$source"
done <"$work/sources"
while read -r package; do
    mkdir "$work/all/$(basename "$package")"
    tar -xf "$package" -C "$work/all/$(basename "$package")"
done <"$work/packages"
find "$work/all" -type f | LC_ALL=C sort >"$work/others"
while read -r source; do set -- "$@" "$source"; done <"$work/others"

if [ "$mode" = package ]; then
    "$ghc" --make -v0 -no-link -i -outputdir "$work/objects" "$@"
    cd "$work/own"
    tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode=644 --mtime=@0 -cf ../new -- *
else
    while read -r library; do set -- "$@" "$library"; done <"$work/libraries"
    while read -r word; do set -- "$@" "-optl$word"; done <"$work/link"
    "$ghc" --make -v0 -i -outputdir "$work/objects" -o "$work/new" "$@"
fi
cd "$here"
sh "$(dirname "$0")/publish.sh" "$work/new" "$out"
