#!/bin/sh
# rust-depfile.sh DEPFILE OUT
#
# rustc writes a rule for the depfile itself first, and names its product without its directory. Whoever reads a depfile to the
# letter (CMake's does) never finds OUT in it. This leaves one rule: OUT and what it was made from.
set -eu
OUT=$2 awk '
    /^[^ ].*[^\\]: / && !/^[^ ]*\.d: / && !done {
        sub(/^.*[^\\]: /, "")
        out = ENVIRON["OUT"]
        gsub(/ /, "\\ ", out)
        print out ": " $0
        done = 1
    }' "$1" >"$1.partial"
mv -f "$1.partial" "$1"
