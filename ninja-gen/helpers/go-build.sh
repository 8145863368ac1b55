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
mode=$1 go=$2 out=$3 work=$PWD/$4 new=$PWD/$4/product
shift 4

rm -rf "$work"
name=$(basename "$out")
name=${name%%.*}
mkdir -p "$work/own" "$work/libraries"
need='' tests=''
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    file=$work/own/$(basename "$1")
    if [ -e "$file" ]; then
        echo "error: $1: the package has another source of that name, and a Go package is one directory" >&2
        exit 1
    fi
    cp "$1" "$file"
    case $1 in *_test.go) tests=1 ;; esac
    shift
done
shift
if [ "$mode" = package ]; then module=$name; else module=aibuild.local/$name; fi
printf 'module %s\n\ngo 1.18\n' "$module" >"$work/own/go.mod"
while [ "$1" != -- ]; do
    library=$(basename "$1" .tar)
    mkdir "$work/libraries/$library"
    tar -xf "$1" -C "$work/libraries/$library"
    printf 'module %s\n\ngo 1.18\n' "$library" >"$work/libraries/$library/go.mod"
    need="$need $library"
    shift
done
shift
for library in $need; do
    printf 'require %s v0.0.0\nreplace %s => ../libraries/%s\n' "$library" "$library" "$library" >>"$work/own/go.mod"
    for other in $need; do
        [ "$other" = "$library" ] || printf 'require %s v0.0.0\n' "$other" >>"$work/libraries/$library/go.mod"
    done
done

# cgo takes its flags apart at spaces, unless they are quoted.
absolute() {
    case $1 in
    /*) printf '%s' "$1" ;;
    *) printf '%s' "$PWD/$1" ;;
    esac
}
ldflags='' cflags=''
while [ "$1" != -- ]; do
    case $1 in
    -*) ldflags="$ldflags '$1'" ;;
    *) ldflags="$ldflags '$(absolute "$1")'" ;;
    esac
    shift
done
shift
for directory; do cflags="$cflags '-I$(absolute "$directory")'"; done

export GOCACHE="$PWD/obj/.go-cache" GOPATH="$PWD/obj/.go" GOENV=off GOWORK=off GO111MODULE=on GOPROXY=off GOSUMDB=off GOTOOLCHAIN=local
export GOFLAGS=-mod=mod CGO_LDFLAGS="$ldflags" CGO_CFLAGS="$cflags" CGO_LDFLAGS_ALLOW='.*' CGO_CFLAGS_ALLOW='.*'
# Neither the place of WORK nor the state of a repository goes into what is built. Go's -trimpath would do that, but for its own library,
# too, which it would have to compile first.
set -- -buildvcs=false "-gcflags=.='-trimpath=$work'"
for library in $need; do set -- "$@" "-gcflags=$library='-trimpath=$work'"; done
here=$PWD
cd "$work/own"
case $mode in
package)
    "$go" build "$@" -o /dev/null .
    # The directory is Go's business; an archive of the same sources always has the same bytes.
    rm go.mod
    tar --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mode=644 --mtime=@0 -cf "$new" -- *
    ;;
c-archive) "$go" build "$@" -buildmode=c-archive -o "$new" . ;;
*)
    if [ "$tests" ] && [ "$mode" = test ]; then
        "$go" test -c "$@" -vet=off -o "$new" .
    else
        "$go" build "$@" -o "$new" .
    fi
    ;;
esac
cd "$here"
sh "$(dirname "$0")/publish.sh" "$new" "$out"
