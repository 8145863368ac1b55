#!/bin/sh
# ocaml-build.sh MODE OCAMLOPT OCAMLDEP OUT WORK SOURCE... -- PACKAGE... -- LIBRARY... -- LINK... -- FLAG...
#
# Builds OCaml: MODE `package` makes a library, its sources, once they compile, in one archive; `program` makes a program of its
# sources and those of its packages, in the order that ocamldep finds. ocamlopt leaves its files beside the sources, so it gets copies.
set -eu
mode=$1 ocamlopt=$2 ocamldep=$3 out=$4 work=$5 lists="sources packages libraries link"
shift 5
# shellcheck source=ninja-gen/helpers/lists.sh
. "${0%/*}/lists.sh"
copy_sources "OCaml calls a module after its file"
cp -R "$work/own" "$work/all"
unpack "$work/all"
while IFS= read -r library; do
    absolute "$library"
    echo
done <"$work/libraries" >"$work/linked"

here=$PWD
cd "$work/all"
# Files of modules have no space in their names.
files=$(find . -name '*.ml' -o -name '*.mli' | sed 's,^\./,,' | LC_ALL=C sort)
# shellcheck disable=SC2086 # a list of them
order=$("$ocamldep" -sort $files)
# shellcheck disable=SC2086 # a list of them
if [ "$mode" = package ]; then
    "$ocamlopt" "$@" -c $order
else
    while IFS= read -r library; do set -- "$@" "$library"; done <../linked
    while IFS= read -r word; do set -- "$@" -ccopt "$word"; done <../link
    "$ocamlopt" -o ../new $order "$@"
fi
cd "$here"
[ "$mode" != package ] || pack "$work/own"
publish
