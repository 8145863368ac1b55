#!/bin/sh
# ocaml-build.sh MODE OCAMLOPT OCAMLDEP OUT WORK SOURCE... -- PACKAGE... -- LIBRARY... -- LINK... -- FLAG...
#
# Builds OCaml: MODE `package` makes a library, its sources, once they compile, in one archive; `program` makes a program of its
# sources and those of its packages, in the order that ocamldep finds. ocamlopt leaves its files beside the sources, so it gets copies.
set -eu
mode=$1 ocamlopt=$2 ocamldep=$3 out=$4 work=$5
shift 5
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
        echo "error: $source: another source has that name, and OCaml calls a module after its file" >&2
        exit 1
    fi
    cp "$source" "$work/own/"
done <"$work/sources"
cp "$work"/own/* "$work/all/"
while read -r package; do tar -xkf "$package" -C "$work/all"; done <"$work/packages"
here=$PWD
while read -r library; do
    case $library in /*) ;; *) library=$here/$library ;; esac
    printf '%s\n' "$library"
done <"$work/libraries" >"$work/linked"

cd "$work/all"
# Files of modules have no space in their names.
files=$(find . -name '*.ml' -o -name '*.mli' | sed 's,^\./,,' | LC_ALL=C sort)
# shellcheck disable=SC2086 # a list of them
order=$("$ocamldep" -sort $files)
# shellcheck disable=SC2086 # a list of them
if [ "$mode" = package ]; then
    "$ocamlopt" "$@" -c $order
    cd ../own
    tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode=644 --mtime=@0 -cf ../new -- *
else
    while read -r library; do set -- "$@" "$library"; done <../linked
    while read -r word; do set -- "$@" -ccopt "$word"; done <../link
    "$ocamlopt" -o ../new $order "$@"
fi
cd "$here"
sh "$(dirname "$0")/publish.sh" "$work/new" "$out"
