#!/bin/sh
# lists.sh: the beginning of every script here that makes a target in one go, which sources it:
#
#   work=DIRECTORY out=FILE lists="NAME NAME..."
#   . "${0%/*}/lists.sh"
#
# Takes `WORD... -- WORD... -- WORD...` apart: each list, one word a line, is the file $work/NAME, and what follows the last -- is
# left in "$@". What an earlier run left in WORK goes, and with it all that was made from sources that were deleted.
: "${work:?}" "${out:?}"
rm -rf "$work"
mkdir -p "$work"
for list in ${lists:?}; do
    : >"$work/$list"
    while [ "$1" != -- ]; do
        printf '%s\n' "$1" >>"$work/$list"
        shift
    done
    shift
done

# A path that holds in every directory.
absolute() {
    case $1 in
    /*) printf '%s' "$1" ;;
    *) printf '%s' "$PWD/$1" ;;
    esac
}

# The sources, in one directory. $1 says why no two of them may have one name.
copy_sources() {
    mkdir "$work/own"
    while IFS= read -r source; do
        if [ -e "$work/own/${source##*/}" ]; then
            echo "error: $source: another source has that name, and $1" >&2
            exit 1
        fi
        cp "$source" "$work/own/"
    done <"$work/sources"
}

# What is in the archives of the list `packages`, in the directory $1.
unpack() {
    while IFS= read -r package; do tar -xkf "$package" -C "$1"; done <"$work/packages"
}

# An archive of the directory $1: the same files always give the same bytes.
pack() {
    (cd "$1" && tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode=644 --mtime=@0 -cf - -- *) >"$work/new"
}

# $work/new is OUT, from now on.
publish() {
    sh "${0%/*}/publish.sh" "$work/new" "$out"
}
