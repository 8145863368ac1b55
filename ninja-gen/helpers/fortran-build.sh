#!/bin/sh
# fortran-build.sh MODE FC AR OUT WORK SOURCE... -- LIBRARY... -- LINK... -- FLAG...
#
# Compiles Fortran sources, those that define a module before those that use it, into a library or a program (MODE). A library is
# an archive that carries the .mod files of its modules beside the objects: linkers pass them by, and who uses the library gets them
# from there.
#
# A .mod file says what a module offers, and not how it does it. An object of an earlier run is taken again where its source, the
# flags and all modules are as they were: who uses a library whose procedures have another body is linked, not compiled.
set -eu
mode=$1 fc=$2 ar=$3 out=$4 work=$5 lists="sources libraries link"
shift 5
rm -rf "$work.old"
# Who asks for everything anew by deleting OUT shall have it.
if [ -e "$out" ] && [ -e "$work" ]; then mv "$work" "$work.old"; fi
# shellcheck source=ninja-gen/helpers/lists.sh
. "${0%/*}/lists.sh"
mkdir "$work/objects" "$work/modules" "$work/taken"
while IFS= read -r library; do
    case $library in
    *.a)
        library=$(absolute "$library")
        (cd "$work/taken" && "$ar" t "$library" | { grep -E '\.s?mod$' || :; } | while read -r module; do "$ar" x "$library" "$module"; done)
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

# What it includes is known to the compiler only: such a source is compiled again.
key_of() {
    if grep -Eiq '^([[:space:]]*include[[:space:]]|#)' "$1"; then
        printf 'new-%s' "$number"
        return
    fi
    {
        ls -lLn "$fc"
        shift
        printf '%s\n' "$@" # the flags
        printf '%s\n' "$source"
        cat "$source"
        for module in "$work"/taken/* "$work"/modules/*; do
            [ ! -e "$module" ] || { printf '%s\n' "${module##*/}" && cat "$module"; }
        done
    } | sha256sum | sed 's/ .*//'
}

number=0
while IFS= read -r source; do
    number=$((number + 1))
    key=$(key_of "$source" "$@")
    made=$work/objects/$key
    case $key in
    new-*) ;;
    *) [ ! -e "$work.old/objects/$key/made" ] || mv "$work.old/objects/$key" "$made" ;;
    esac
    if [ ! -e "$made" ]; then
        mkdir "$made"
        "$fc" "$@" "-J$made" "-I$work/modules" "-I$work/taken" -o "$made/object" -c "$source"
        : >"$made/made"
    fi
    ln "$made/object" "$work/$number.o"
    for module in "$made"/*mod; do
        [ ! -e "$module" ] || cp "$module" "$work/modules/"
    done
done <"$work/order"
rm -rf "$work.old"

set --
for n in $(seq "$number"); do set -- "$@" "$work/$n.o"; done
if [ "$mode" = library ]; then
    # Only its own modules: those of the libraries are in theirs.
    for module in "$work"/modules/*; do
        [ ! -e "$module" ] || set -- "$@" "$module"
    done
    "$ar" rcsD "$work/new" "$@"
else
    while IFS= read -r word; do set -- "$@" "$word"; done <"$work/libraries"
    while IFS= read -r word; do set -- "$@" "$word"; done <"$work/link"
    "$fc" -o "$work/new" "$@"
fi
publish
