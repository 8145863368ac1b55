#!/bin/sh
# fortran-compile.sh SOURCE OBJECT MODULES FC [FLAG...]
#
# Compiles a Fortran source, whose module files go into the directory MODULES, and writes to OBJECT.d what it includes: the compiler
# tells that only of what it preprocesses, and of `include` lines never. An object or a module file that says the same as before stays
# as old as it is.
set -eu
source=$1 object=$2 modules=$3 fc=$4
shift 4
mkdir -p "$modules"
case $source in
*.F90 | *.F95 | *.F03 | *.F08 | *.F18 | *.F | *.FOR) "$fc" "$@" "-J$modules" -MD -MF "$object.d" -MQ object -c "$source" -o "$object.new" ;;
*)
    "$fc" "$@" "-J$modules" -c "$source" -o "$object.new"
    printf 'object:\n' >"$object.d"
    ;;
esac
directory=.
case $source in */*) directory=${source%/*} ;; esac
sed -n "s/^[[:space:]]*[Ii][Nn][Cc][Ll][Uu][Dd][Ee][[:space:]]*['\"]\\([^'\"]*\\)['\"].*/\\1/p" "$source" | while IFS= read -r name; do
    found=
    if [ -e "$directory/$name" ]; then found=$directory/$name; fi
    for flag; do
        case $flag in -I*) if [ ! "$found" ] && [ -e "${flag#-I}/$name" ]; then found=${flag#-I}/$name; fi ;; esac
    done
    if [ "$found" ]; then printf 'object: %s\n' "$(printf '%s' "$found" | sed 's/[ #]/\\&/g; s/\$/$$/g')" >>"$object.d"; fi
done
sh "${0%/*}/publish.sh" "$object.new" "$object"
