#!/bin/sh
# cobol-build.sh MODE COBC AR OUT WORK SOURCE... -- LIBRARY... -- LINK... -- FLAG...
#
# Builds COBOL: MODE `library` makes an archive, `program` a program whose first source is the main one. Calls are bound when it is
# linked, not looked for when it runs. cobc writes the time of day into the C that it makes: that goes out.
set -eu
export SOURCE_DATE_EPOCH=315532800 # since GnuCOBOL 3.2; the others have the time taken out below
mode=$1 cobc=$2 ar=$3 out=$4 work=$5 lists="sources libraries link"
shift 5
# shellcheck source=ninja-gen/helpers/lists.sh
. "${0%/*}/lists.sh"
number=0
while IFS= read -r source; do
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
while IFS= read -r library; do
    ln -s "$(absolute "$library")" "$work/${library##*/}"
    linked="$linked ${library##*/}"
done <"$work/libraries"
here=$PWD
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
    while IFS= read -r word; do set -- "$@" -Q "$word"; done <./link
    "$cobc" -x -static -o new "$@"
fi
cd "$here"
publish
