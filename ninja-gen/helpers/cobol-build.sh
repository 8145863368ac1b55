#!/bin/sh
# cobol-build.sh MODE COBC AR OUT WORK SOURCE... -- LIBRARY... -- LINK... -- FLAG...
#
# Builds COBOL: MODE `library` makes an archive, `program` a program whose first source is the main one. Calls are bound when it is
# linked, not looked for when it runs. cobc writes the time of day into the C that it makes: that goes out.
set -eu
export SOURCE_DATE_EPOCH=315532800 # since GnuCOBOL 3.2; the others have the time taken out below
mode=$1 cobc=$2 ar=$3 out=$4 work=$5
shift 5
rm -rf "$work"
mkdir -p "$work"
for list in sources libraries link; do
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
    number=$((number + 1))
    main=
    [ "$mode" = library ] || [ "$number" != 1 ] || main=-x
    # shellcheck disable=SC2086 # one word or none
    "$cobc" $main -C -static -o "$work/$number.c" "$@" "$source"
    for made in "$work/$number.c"*; do
        sed -e 's,^/\* Generated at .*,,' -e 's,^\(#define[[:space:]]*COB_MODULE_FORMATTED_DATE\).*,\1 "Jan 01 1980 00:00:00",' \
            -e 's,^\(#define[[:space:]]*COB_MODULE_DATE\).*,\1 19800101,' -e 's,^\(#define[[:space:]]*COB_MODULE_TIME\).*,\1 0,' \
            "$made" >"$work/made"
        mv "$work/made" "$made"
    done
done <"$work/sources"

# cobc hands words to a shell: from here on, all are plain.
linked=
while read -r library; do
    case $library in /*) ;; *) library=$here/$library ;; esac
    ln -s "$library" "$work/$(basename "$library")"
    linked="$linked $(basename "$library")"
done <"$work/libraries"
cd "$work"
for n in $(seq "$number"); do
    if [ "$mode" = library ] || [ "$n" != 1 ]; then
        "$cobc" -c -o "$n.o" "$n.c"
    else
        "$cobc" -x -c -o "$n.o" "$n.c"
    fi
done
set --
for n in $(seq "$number"); do set -- "$@" "$n.o"; done
if [ "$mode" = library ]; then
    "$ar" rcsD new "$@"
else
    # shellcheck disable=SC2086 # a list of names
    set -- "$@" $linked
    while read -r word; do set -- "$@" -Q "$word"; done <./link
    "$cobc" -x -static -o new "$@"
fi
cd "$here"
sh "$(dirname "$0")/publish.sh" "$work/new" "$out"
