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
mode=$1 gnatmake=$2 gnatbind=$3 gcc=$4 ar=$5 out=$6 work=$7 prefix=$8 main=$9 lists="sources packages libraries link"
shift 9
# shellcheck source=ninja-gen/helpers/lists.sh
. "${0%/*}/lists.sh"
copy_sources "Ada finds a unit by its file's name"
mkdir "$work/objects"
unpack "$work/objects"

here=$PWD
if [ "$mode" = program ]; then
    set -- "$@" -largs
    while IFS= read -r library; do set -- "$@" "$(absolute "$library")"; done <"$work/libraries"
    while IFS= read -r word; do set -- "$@" "$word"; done <"$work/link"
    cd "$work/objects"
    "$gnatmake" -q -o ../new -I../own -I. "../own/${main##*/}" -cargs "$@"
else
    cd "$work/objects"
    # A unit's body stands for the unit; a specification without a body compiles alone.
    for source in ../own/*.ad[bs] ./*.ad[bs]; do
        [ -e "$source" ] || continue
        case $source in
        *.ads) if [ -e "${source%s}b" ]; then continue; fi ;;
        esac
        "$gcc" -c -fPIC "$@" -I../own -I. "$source"
    done
    if [ "$mode" = archive ]; then
        "$gnatbind" -n "-L$prefix" -I../own -o b_elaborate.adb ./*.ali
        "$gcc" -c -fPIC -gnatws b_elaborate.adb
        "$ar" rcsD ../new ./*.o
    fi
fi
cd "$here"
[ "$mode" != package ] || pack "$work/own"
publish
