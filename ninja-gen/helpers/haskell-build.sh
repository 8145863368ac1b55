#!/bin/sh
# haskell-build.sh MODE GHC OUT WORK SOURCE... -- PACKAGE... -- LIBRARY... -- LINK... -- FLAG...
#
# Builds Haskell: MODE `package` makes a library, its sources, once they compile, in one archive; `program` makes a program of its
# sources and those of its packages. GHC finds the order itself, and only files and packages that it is told of: what a user's
# environment file says would not be there elsewhere.
set -eu
mode=$1 ghc=$2 out=$3 work=$4 lists="sources packages libraries link"
shift 4
# shellcheck source=ninja-gen/helpers/lists.sh
. "${0%/*}/lists.sh"
mkdir "$work/own" "$work/all"
number=0
while IFS= read -r source; do
    # Data/Word.hs and Word.hs are two modules.
    number=$((number + 1))
    mkdir "$work/own/$number"
    cp "$source" "$work/own/$number/"
    set -- "$@" "$source"
done <"$work/sources"
while IFS= read -r package; do
    mkdir "$work/all/${package##*/}"
    tar -xf "$package" -C "$work/all/${package##*/}"
done <"$work/packages"
find "$work/all" -type f | LC_ALL=C sort >"$work/others"
while IFS= read -r source; do set -- "$@" "$source"; done <"$work/others"

if [ "$mode" = package ]; then
    "$ghc" --make -v0 -package-env - -no-link -i -outputdir "$work/objects" "$@"
    pack "$work/own"
else
    while IFS= read -r library; do set -- "$@" "$library"; done <"$work/libraries"
    while IFS= read -r word; do set -- "$@" "-optl$word"; done <"$work/link"
    "$ghc" --make -v0 -package-env - -i -outputdir "$work/objects" -o "$work/new" "$@"
fi
publish
