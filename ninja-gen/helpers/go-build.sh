#!/bin/sh
# go-build.sh MODE GO OUT WORK SOURCE... -- LIBRARY... -- ARCHIVE... -- INCLUDE...
#
# Builds Go without a network, without a go.mod of the project's, and without touching the user's caches. MODE is
#
#   package   a library: its sources, once they compile, in one archive. Programs import it by the name of its target
#   exe       a program, from a package main
#   test      a program from *_test.go files, or from a package main where there are none
#   c-archive an archive with a C interface, and all of Go's runtime
#
# Go wants a package to be a directory, and other packages to be modules that it finds: WORK becomes a main module with a copy of the
# sources, and beside it one module for each library. A copy of a source that was deleted goes with WORK.
set -eu
mode=$1 go=$2 out=$3 work=$4 lists="sources packages archives"
shift 4
# shellcheck source=ninja-gen/helpers/lists.sh
. "${0%/*}/lists.sh"
copy_sources "a Go package is one directory"
name=${out##*/}
name=${name%%.*}
if [ "$mode" = package ]; then module=$name; else module=aibuild.local/$name; fi
printf 'module %s\n\ngo 1.18\n' "$module" >"$work/own/go.mod"
need=
while IFS= read -r package; do
    library=${package##*/}
    library=${library%.tar}
    mkdir -p "$work/libraries/$library"
    tar -xf "$package" -C "$work/libraries/$library"
    printf 'module %s\n\ngo 1.18\n' "$library" >"$work/libraries/$library/go.mod"
    need="$need $library"
done <"$work/packages"
for library in $need; do
    printf 'require %s v0.0.0\nreplace %s => ../libraries/%s\n' "$library" "$library" "$library" >>"$work/own/go.mod"
    for other in $need; do
        [ "$other" = "$library" ] || printf 'require %s v0.0.0\n' "$other" >>"$work/libraries/$library/go.mod"
    done
done

# Go takes flags apart at spaces, unless they are quoted, in one of two ways that know no escape.
quoted() {
    case $1 in
    *\'*) printf '"%s"' "$1" ;;
    *) printf "'%s'" "$1" ;;
    esac
}
ldflags='' cflags=''
while IFS= read -r word; do
    case $word in
    -*) ;;
    *) word=$(absolute "$word") ;;
    esac
    ldflags="$ldflags $(quoted "$word")"
done <"$work/archives"
for directory; do cflags="$cflags $(quoted "-I$(absolute "$directory")")"; done

export GOCACHE="$PWD/obj/.go-cache" GOPATH="$PWD/obj/.go" GOENV=off GOWORK=off GO111MODULE=on GOPROXY=off GOSUMDB=off GOTOOLCHAIN=local
export GOFLAGS=-mod=mod CGO_LDFLAGS="$ldflags" CGO_CFLAGS="$cflags" CGO_LDFLAGS_ALLOW='.*' CGO_CFLAGS_ALLOW='.*'
# Neither the place of WORK nor the state of a repository goes into what is built. Go's -trimpath would do that, but for its own library,
# too, which it would have to compile first.
here=$PWD
trim=$(quoted "-trimpath=$(absolute "$work")")
set -- -buildvcs=false "-gcflags=.=$trim"
for library in $need; do set -- "$@" "-gcflags=$library=$trim"; done
cd "$work/own"
case $mode in
package)
    "$go" build "$@" -o /dev/null .
    rm go.mod # the directory is Go's business
    ;;
c-archive) "$go" build "$@" -buildmode=c-archive -o ../new . ;;
*)
    if [ "$mode" = test ] && grep -q '_test\.go$' ../sources; then
        "$go" test -c "$@" -vet=off -o ../new .
    else
        "$go" build "$@" -o ../new .
    fi
    ;;
esac
cd "$here"
[ "$mode" != package ] || pack "$work/own"
publish
