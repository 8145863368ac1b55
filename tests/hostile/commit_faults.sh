#!/bin/sh
# commit_faults.sh kill|kill-recovery|kill-undo|errors PROGRAM
#
# Runs PROGRAM, which commits a fixed set of files, once for every system call it makes that changes something or
# opens something, and kills it there or lets that call fail. A kill comes before the call is carried out, so that the states
# between each two calls are all seen. Afterwards the directory must be the old one or the new one, never half.
set -u

part=$1
program=$2
command -v strace >/dev/null || { echo "strace is missing: install it (tool/setup does)"; exit 1; }

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
dir=$work/project
calls="openat openat2 mkdirat linkat write fchmod fsync renameat renameat2 unlinkat"
runs=0 olds=0 news=0

reset() {
    rm -rf "$dir"
    mkdir -p "$dir/folder"
    printf 'old\n' >"$dir/replaced"
    chmod 640 "$dir/replaced"
    printf 'old too\n' >"$dir/folder/replaced"
    printf 'unchanged\n' >"$dir/unchanged"
}

snapshot() {
    (cd "$dir" && find . -mindepth 1 -printf '%P %y %m ' \( -type f -exec sha256sum {} \; -o -printf '\n' \) | sort)
}

# traced OPTION... -- VERB: the program under strace
traced() {
    options=
    while [ "$1" != -- ]; do options="$options -e $1"; shift; done
    # shellcheck disable=SC2086  # options is a list
    strace -f -qq -o "$work/log" $options "$program" "$2" "$dir" 2>"$work/errors"
}

# count CALL: how often it is in the log
count() { grep -c "^[0-9]* *$1(" "$work/log"; }

broken() {
    echo "BROKEN: $1"
    cat "$work/errors"
    snapshot
    exit 1
}

# The directory is the old one or the new one.
check() {
    now=$(snapshot)
    runs=$((runs + 1))
    case $now in
        "$old") olds=$((olds + 1)) ;;
        "$new") news=$((news + 1)) ;;
        *) broken "$1" ;;
    esac
}

recover() { "$program" recover "$dir" 2>"$work/errors" || broken "recover after $1"; }

kill_everywhere() {
    reset
    traced "trace=$(echo "$calls" | tr ' ' ,)" -- commit || broken "strace"
    cp "$work/log" "$work/calls"
    for call in $calls; do
        last=$(grep -c "^[0-9]* *$call(" "$work/calls")
        n=0
        while [ $n -lt "$last" ]; do
            n=$((n + 1))
            reset
            traced "inject=$call:signal=KILL:when=$n" -- commit && broken "$call $n was not killed"
            recover "kill at $call $n"
            check "kill at $call $n"
        done
    done
}

# The commit is killed between its renames; then the recovery is killed too.
kill_recovery() {
    for first in 2 3 4 5; do
        for call in $calls; do
            n=0
            while :; do
                n=$((n + 1))
                reset
                traced "inject=renameat:signal=KILL:when=$first" -- commit && broken "renameat $first was not killed"
                traced "inject=$call:signal=KILL:when=$n" -- recover && break
                recover "kill at renameat $first, then at $call $n of the recovery"
                check "kill at renameat $first, then at $call $n of the recovery"
            done
            check "kill at renameat $first"
            [ "$olds" -eq 0 ] || broken "kill at renameat $first: gone back"
        done
    done
}

# The disk fails at a sync, so that the commit goes back; there it is killed.
kill_undo() {
    reset
    traced trace=fsync -- commit || broken "strace"
    last=$(count fsync)
    failing=0
    while [ $failing -lt "$last" ]; do
        failing=$((failing + 1))
        for call in renameat unlinkat; do
            n=0
            while :; do
                n=$((n + 1))
                reset
                traced "inject=fsync:error=EIO:when=$failing" "inject=$call:signal=KILL:when=$n" -- commit
                [ $? -eq 10 ] && break
                recover "EIO at fsync $failing, kill at $call $n"
                check "EIO at fsync $failing, kill at $call $n"
            done
            check "EIO at fsync $failing"
        done
    done
}

# 0: everything is there, though a rest of the stage may be. 10: an Error, and everything is as it was, at once.
outcome() {
    case $1 in
        0) recover "$2"; check "$2"; [ "$now" = "$new" ] || broken "$2: a lie" ;;
        10) check "$2"; [ "$now" = "$old" ] || broken "$2: an Error, and a change" ;;
        127) check "$2"; [ "$now" = "$old" ] || broken "$2: not the loader" ;;
        *) broken "$2: exit $1" ;;
    esac
}

errors_everywhere() {
    reset
    traced "trace=$(echo "$calls" | tr ' ' ,)" -- commit || broken "strace"
    cp "$work/log" "$work/calls"
    for call in $calls; do
        last=$(grep -c "^[0-9]* *$call(" "$work/calls")
        n=0
        while [ $n -lt "$last" ]; do
            n=$((n + 1))
            for error in ENOSPC EIO EXDEV; do
                reset
                traced "inject=$call:error=$error:when=$n" -- commit
                outcome $? "$error at $call $n"
            done
        done
    done
    # A disk that is full and stays full: the way back needs none.
    for call in write mkdirat linkat; do
        for n in 1 2 3 4 5; do
            reset
            traced "inject=$call:error=ENOSPC:when=$n+" -- commit
            outcome $? "ENOSPC at $call from $n on"
        done
    done
    # A disk that stops storing: what can't be taken back now is finished by the next run.
    n=0
    while :; do
        n=$((n + 1))
        reset
        traced "inject=fsync:error=EIO:when=$n+" -- commit && break
        recover "EIO at fsync from $n on"
        check "EIO at fsync from $n on"
    done
    # No openat2: the same, by other means.
    for error in ENOSYS EPERM; do
        reset
        traced "inject=openat2:error=$error" -- commit || broken "openat2 answers $error"
        check "openat2 answers $error"
        [ "$now" = "$new" ] || broken "openat2 answers $error: nothing done"
    done
}

reset
old=$(snapshot)
"$program" commit "$dir" || exit 1
new=$(snapshot)
[ "$old" != "$new" ] || { echo "the program changes nothing"; exit 1; }

case $part in
    kill) kill_everywhere ;;
    kill-recovery) kill_recovery ;;
    kill-undo) kill_undo ;;
    errors) errors_everywhere ;;
    *) echo "no such part: $part"; exit 2 ;;
esac
echo "$part: $runs runs, old $olds, new $news"
# Faults that never hit anything would leave one outcome only. A recovery that was killed always goes forward.
[ $runs -ge 40 ] && [ $news -gt 0 ] && { [ $olds -gt 0 ] || [ "$part" = kill-recovery ]; }
