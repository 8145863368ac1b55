#!/bin/sh
# pascal-build.sh MODE FPC LD OBJCOPY AR OUT WORK PREFIX SOURCE... -- PACKAGE... -- LIBRARY... -- LINK... -- FLAG...
#
# Builds Pascal. MODE is
#
#   package  a library of Pascal's: its units, once they compile, in one archive
#   archive  an archive for other languages of what the `library` in the first source exports, with all of Pascal's runtime inside.
#            They call PREFIXinit(argc, argv, envp) before and PREFIXfinal() after they use it
#   program  from the program in the first source; where it uses libraries of other languages, it says {$linklib c}
#
# fpc finds units by the names of files in directories: all sources come together in WORK.
set -eu
mode=$1 fpc=$2 ld=$3 objcopy=$4 ar=$5 out=$6 work=$7 prefix=$8 lists="sources packages libraries link"
shift 8
# shellcheck source=ninja-gen/helpers/lists.sh
. "${0%/*}/lists.sh"
copy_sources "Pascal finds a unit by its file's name"
mkdir "$work/all" "$work/objects"
unpack "$work/all"
main=$(sed q "$work/sources")
main=$work/own/${main##*/}
set -- -l- -v0ew "-Fu$work/own" "-Fu$work/all" "-Fi$work/own" "-FU$work/objects" "$@"
case $mode in
package)
    for unit in "$work"/own/*.pas "$work"/own/*.pp; do
        [ ! -e "$unit" ] || "$fpc" "$@" "$unit"
    done
    pack "$work/own"
    ;;
program)
    if ! [ -s "$work/libraries" ] && ! [ -s "$work/link" ]; then
        "$fpc" "$@" "-o$work/new" "$main"
    else
        # Words for the linker that fpc takes stand before the objects, where an archive has nothing to give yet. fpc is stopped before it
        # links, and the archives come into the script that it leaves for the linker, behind what needs them.
        # Its command goes through a shell unquoted, so that ld gets paths from its environment.
        : >"$work/group"
        run_path='' link_path=''
        while IFS= read -r library; do printf '"%s"\n' "$library" >>"$work/group"; done <"$work/libraries"
        while IFS= read -r word; do
            case $word in
            -L*) set -- "$@" "-Fl${word#-L}" ;;
            -Wl,-rpath,*) run_path=${word#-Wl,-rpath,} ;;
            -Wl,-rpath-link,*) link_path=${word#-Wl,-rpath-link,} ;;
            -pthread) echo -lpthread >>"$work/group" ;;
            -l*) printf '%s\n' "$word" >>"$work/group" ;;
            *) printf '"%s"\n' "$word" >>"$work/group" ;;
            esac
        done <"$work/link"
        "$fpc" "$@" -k--eh-frame-hdr -Cn "-o$work/new" "$main" # so that C++ finds its handlers
        for script in "$work"/link*.res; do
            { echo 'GROUP(' && cat "$work/group" && echo '-lc -lgcc AS_NEEDED(-lgcc_s))'; } >"$work/script"
            sed '/^SECTIONS/,$d' "$script" >"$work/before"
            sed -n '/^SECTIONS/,$p' "$script" >"$work/after"
            cat "$work/before" "$work/script" "$work/after" >"$script"
        done
        LD_RUN_PATH=$run_path LD_LIBRARY_PATH=$link_path sh "$work/ppas.sh" >"$work/linking" || {
            cat "$work/linking"
            exit 1
        }
    fi
    ;;
archive)
    # fpc makes shared libraries only. It is stopped before it links, and from the script that it leaves for the linker, the objects
    # become one, in which nobody sees more than the script lets out: a program may have several such, and other languages' runtimes.
    "$fpc" "$@" -Cn -Cg -XS "-o$work/lib.so" "$main"
    sed -n '/^    global:/,/^    local:/s/^ *\([A-Za-z0-9_]*\);$/\1/p' "$work"/link*.res >"$work/exported"
    set --
    while IFS= read -r name; do set -- "$@" "--keep-global-symbol=$name"; done <"$work/exported"
    sed -n '/^INPUT(/,/^)/s/\.o$/&/p' "$work"/link*.res >"$work/linked"
    if [ $# = 0 ]; then
        echo "error: $main: it exports nothing: the first source is a library with exports" >&2
        exit 1
    fi
    "$ld" -r -o "$work/whole.o" --defsym "${prefix}init=FPC_SHARED_LIB_START" --defsym "${prefix}final=FPC_LIB_EXIT" "@$work/linked"
    "$objcopy" "--keep-global-symbol=${prefix}init" "--keep-global-symbol=${prefix}final" "$@" "$work/whole.o"
    "$ar" rcsD "$work/new" "$work/whole.o"
    ;;
esac
publish
