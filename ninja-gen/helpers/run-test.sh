#!/bin/sh
# run-test.sh [--count=REGEX] STAMP NAME COMMAND...
#
# Runs a test. Its exit code is the verdict. What it printed is kept in STAMP.log and shown where it failed. STAMP appears only
# when it passed, and holds how many tests that were: TAP lines (testanything.org) and lines that REGEX, an extended regular
# expression, matches, and what unittest says of itself; 1 where there is nothing of all that. Who announces tests (a plan of TAP,
# "running 0 tests" of Rust, GoogleTest and others) and runs none has not passed. STAMP.failed holds the verdict of a failure, for
# those who ask later.
set -u
counted='^(not )?ok([[:space:]]|$)'
case $1 in
--count=*)
    counted="$counted|${1#--count=}"
    shift
    ;;
esac
stamp=$1
name=$2
shift 2
rm -f "$stamp" "$stamp.failed"
"$@" >"$stamp.log" 2>&1 </dev/null
code=$?
count=$(COUNTED=$counted awk '
    $0 ~ ENVIRON["COUNTED"] { ran++ }
    /^1\.\.[0-9]+/ || /^(\[=+\] )?[Rr]unning [0-9]+ tests?( from |$)/ || /^testing: warning: no tests to run/ { plan = 1 }
    /^Ran [0-9]+ tests? in / { plan = 1; ran += $2 }
    END { print (ran || plan) ? (ran + 0) : 1 }' "$stamp.log")
if [ "$code" -eq 0 ] && [ "$count" -gt 0 ]; then
    echo "$count" >"$stamp.partial" && mv -f "$stamp.partial" "$stamp"
    exit
fi
reason="exit code $code"
if [ "$code" -eq 0 ]; then
    reason="it ran no test"
    code=1
fi
echo "$reason" >"$stamp.failed"
cat "$stamp.log"
echo "$name failed: $reason"
exit "$code"
