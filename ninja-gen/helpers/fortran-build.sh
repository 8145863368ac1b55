#!/bin/sh
# fortran-build.sh MODE FC AR OUT WORK SOURCE... -- LIBRARY... -- LINK... -- FLAG...
#
# Compiles Fortran sources, those that define a module before those that use it, into a library or a program (MODE). A library is
# an archive that carries the .mod files of its modules beside the objects: linkers pass them by, and who uses the library gets them
# from there. What is left of a source that was deleted goes with WORK.
set -eu
mode=$1 fc=$2 ar=$3 out=$4 work=$5
shift 5
rm -rf "$work"
mkdir -p "$work/modules"
for list in sources libraries link; do
    : >"$work/$list"
    while [ "$1" != -- ]; do
        printf '%s\n' "$1" >>"$work/$list"
        shift
    done
    shift
done

here=$PWD
while read -r library; do
    case $library in /*) ;; *) library=$here/$library ;; esac
    case $library in
    *.a)
        cd "$work/modules"
        "$ar" t "$library" | { grep -E '\.s?mod$' || :; } | while read -r module; do "$ar" x "$library" "$module"; done
        cd "$here"
        ;;
    esac
done <"$work/libraries"

# What defines a module goes before what uses it; in a circle the compiler says what is wrong.
awk '
    function define(name) { maker[name] = count }
    function use(name) { uses[count] = uses[count] " " name }
    {
        source[++count] = $0
        while ((getline line < source[count]) > 0) {
            line = tolower(line)
            sub(/!.*/, "", line)
            gsub(/^[ \t]+|[ \t\r]+$/, "", line)
            if (line ~ /^module[ \t]+[a-z][a-z0-9_]*$/) {
                split(line, word, /[ \t]+/)
                define(word[2])
            } else if (line ~ /^submodule[ \t]*\(/) {
                gsub(/[():]/, " ", line)
                words = split(line, word, /[ \t]+/)
                for (at = 2; at < words; ++at) use(word[at])
                define(word[words])
            } else if (line ~ /^use[ \t,:]/) {
                sub(/^use[ \t]*(,[^:]*)?(::)?[ \t]*/, "", line)
                match(line, /^[a-z][a-z0-9_]*/)
                use(substr(line, 1, RLENGTH))
            }
        }
    }
    END {
        for (left = count; left > 0; left -= found) {
            found = 0
            for (n = 1; n <= count; ++n) {
                if (done[n]) continue
                ready = 1
                words = split(uses[n], word, " ")
                for (at = 1; at <= words; ++at)
                    if (word[at] in maker && maker[word[at]] != n && !done[maker[word[at]]]) ready = 0
                if (!ready) continue
                done[n] = 1
                ++found
                print source[n]
            }
            if (found == 0) {
                for (n = 1; n <= count; ++n) if (!done[n]) print source[n]
                exit
            }
        }
    }' "$work/sources" >"$work/order"

number=0
while read -r source; do
    number=$((number + 1))
    "$fc" "$@" "-J$work/modules" "-I$work/modules" -o "$work/$number.o" -c "$source"
    printf '%s\n' "$work/$number.o" >>"$work/objects"
done <"$work/order"

set --
while read -r object; do set -- "$@" "$object"; done <"$work/objects"
if [ "$mode" = library ]; then
    # Of its own modules only: those of the libraries are in theirs.
    while read -r library; do
        case $library in
        *.a) "$ar" t "$library" | { grep -E '\.s?mod$' || :; } | while read -r module; do rm -f "$work/modules/$module"; done ;;
        esac
    done <"$work/libraries"
    for module in "$work"/modules/*; do
        [ ! -e "$module" ] || set -- "$@" "$module"
    done
    "$ar" rcsD "$work/new" "$@"
else
    while read -r word; do set -- "$@" "$word"; done <"$work/libraries"
    while read -r word; do set -- "$@" "$word"; done <"$work/link"
    "$fc" -o "$work/new" "$@"
fi
sh "$(dirname "$0")/publish.sh" "$work/new" "$out"
