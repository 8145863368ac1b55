#!/bin/sh
# count-tests.sh OUT STAMP...
#
# Adds up the stamps of run-test.sh and says so: the last line of `ninja test`.
set -eu
out=$1
shift
cat "$@" | awk -v programs="$#" '{ n += $1 } END { printf "%d test%s passed in %d program%s\n", n, n == 1 ? "" : "s", programs, programs == 1 ? "" : "s" }' >"$out.partial"
mv -f "$out.partial" "$out"
cat "$out"
