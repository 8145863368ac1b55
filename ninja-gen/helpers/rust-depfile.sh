#!/bin/sh
# rust-depfile.sh DEPFILE OUT
#
# rustc writes a rule for the depfile itself first, and names its product without its directory. Whoever reads a depfile to the
# letter (CMake's does) never finds OUT in it. This leaves one rule: OUT and what it was made from. Of what a name may hold, rustc
# escapes only spaces.
set -eu
OUT=$2 awk '
    /^[^ ].*[^\\]: / && !/^[^ ]*\.d: / && !done {
        sub(/^.*[^\\]: /, "")
        out = ENVIRON["OUT"]
        gsub(/ /, "\\ ", out)
        line = out ": " $0
        gsub(/#/, "\\#", line)
        gsub(/[$]/, "$$", line)
        print line
        done = 1
    }' "$1" >"$1.partial"
mv -f "$1.partial" "$1"
