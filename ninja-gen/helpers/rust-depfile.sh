#!/bin/sh
# rust-depfile.sh DEPFILE OUT
#
# rustc writes a rule for the depfile itself first, and names its product without its directory. Whoever reads a depfile to the
# letter (CMake's does) never finds OUT in it. This leaves one rule: OUT and what it was made from. Of what a name may hold, rustc
# escapes only spaces.
# It also tells which variables env!() read, and a build cannot see those change: one that is set is refused.
set -eu
if grep '^# env-dep:[^=]*=' "$1" >"$1.environment"; then
    sed 's/^# env-dep:\([^=]*\)=.*/error: env!("\1") and option_env!("\1") read the environment: nothing would be made again when that changes./' "$1.environment" >&2
    echo "       Say it in the target's defines and ask with cfg!(), or read it when the program runs: std::env::var()." >&2
    rm -f "$1.environment"
    exit 1
fi
rm -f "$1.environment"
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
