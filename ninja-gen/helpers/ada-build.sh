#!/bin/sh
# ada-build.sh MODE GNATMAKE GNATBIND GCC AR OUT WORK PREFIX MAIN SOURCE... -- PACKAGE... -- LIBRARY... -- LINK... -- FLAG...
#
# Builds Ada. MODE is
#
#   package  a library of Ada's: its sources, once they compile, in one archive
#   archive  an archive for other languages, which call PREFIXinit before and PREFIXfinal after they use it
#   program  from the procedure in MAIN
#
# GNAT finds units by the names of files in directories: all sources come together in WORK.
set -eu
mode=$1 gnatmake=$2 gnatbind=$3 gcc=$4 ar=$5 out=$6 work=$7 prefix=$8 main=$9
shift 9
rm -rf "$work"
mkdir -p "$work/own" "$work/objects"
for list in sources packages libraries link; do
    : >"$work/$list"
    while [ "$1" != -- ]; do
        word=$1
        # Files are found from within WORK, too.
        case $list:$word in
        sources:* | *:-* | *:/*) ;;
        *) word=$PWD/$word ;;
        esac
        printf '%s\n' "$word" >>"$work/$list"
        shift
    done
    shift
done
while read -r source; do
    if [ -e "$work/own/$(basename "$source")" ]; then
        echo "error: $source: another source has that name, and Ada finds a unit by its file's name" >&2
        exit 1
    fi
    cp "$source" "$work/own/"
done <"$work/sources"
while read -r package; do tar -xf "$package" -C "$work/objects"; done <"$work/packages"

here=$PWD
cd "$work/objects"
case $mode in
program)
    set -- "$@" -largs
    while read -r word; do set -- "$@" "$word"; done <../libraries
    while read -r word; do set -- "$@" "$word"; done <../link
    "$gnatmake" -q -o ../new -I../own -I. "../own/$(basename "$main")" -cargs "$@"
    ;;
*)
    # A unit's body stands for the unit; a specification without a body compiles alone.
    for source in ../own/*.ad[bs] ./*.ad[bs]; do
        [ -e "$source" ] || continue
        case $source in
        *.ads) if [ -e "${source%s}b" ]; then continue; fi ;;
        esac
        "$gcc" -c -fPIC "$@" -I../own -I. "$source"
    done
    if [ "$mode" = package ]; then
        cd ../own
        tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode=644 --mtime=@0 -cf ../new -- *
    else
        "$gnatbind" -n "-L$prefix" -I../own -o b_elaborate.adb ./*.ali
        "$gcc" -c -fPIC -gnatws b_elaborate.adb
        "$ar" rcsD ../new ./*.o
    fi
    ;;
esac
cd "$here"
sh "$(dirname "$0")/publish.sh" "$work/new" "$out"
