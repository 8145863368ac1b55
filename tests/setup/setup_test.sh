#!/bin/sh
#
# Tests of tool/setup: setup_test.sh SOURCE CASE. It runs in a copy, with a PATH on which there is nothing but some
# links: what looks and cuts (sed, find, ...) leads to the real command, what changes something to fake.sh.

set -eu
source=$1
tests=$source/tests/setup
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

FAKE=$work/fake
export FAKE

fail() {
    echo "FAILED: $*"
    echo "--- printed"
    cat "$work/out" 2>/dev/null || true
    echo "--- run"
    cat "$FAKE/log" 2>/dev/null || true
    exit 1
}

# machine SYSTEM UID: a machine with nothing but a base system and git, and a checkout of AIBuild.
machine() {
    rm -rf "$FAKE" "$work/tree"
    mkdir -p "$FAKE/bin" "$work/tree/tool" "$work/tree/ninja-gen" "$work/tree/tests"
    cp "$source/tool/setup" "$work/tree/tool"
    cp "$source/CMakePresets.json" "$work/tree"
    cp "$tests/fake.sh" "$FAKE"
    chmod +x "$FAKE/fake.sh"
    for command in sh env dirname sed grep find cat mkdir rm mv cp ln touch cksum sort; do
        ln -s "$(command -v "$command")" "$FAKE/bin/$command"
    done
    for command in git sudo apt-get dpkg-query id getconf; do
        ln -s "$FAKE/fake.sh" "$FAKE/bin/$command"
    done
    system=$tests/systems/$1.os-release
    echo "$2" >"$FAKE/uid"
    : >"$FAKE/installed"
    : >"$FAKE/log"
}

# run STATUS ARGUMENTS...: tool/setup, with nobody at the terminal.
run() {
    expected=$1
    shift
    status=0
    : >"$FAKE/log"
    (cd "$work/tree" && PATH=$FAKE/bin AIBUILD_OS_RELEASE=$system sh tool/setup "$@") >"$work/out" 2>&1 </dev/null || status=$?
    [ "$status" = "$expected" ] || fail "tool/setup $*: exit code $status instead of $expected"
}

# at_terminal ANSWER ARGUMENTS...: with somebody who answers.
at_terminal() {
    answer=$1
    shift
    : >"$FAKE/log"
    status=0
    (
        cd "$work/tree"
        printf '%s\n' "$answer" |
            script -qec "env PATH='$FAKE/bin' AIBUILD_OS_RELEASE='$system' sh tool/setup $*" /dev/null >"$work/out" 2>&1
    ) || status=$?
}

printed() { grep -qF -e "$1" "$work/out" || fail "it should print: $1"; }
not_printed() { if grep -qF -e "$1" "$work/out"; then fail "it should not print: $1"; fi; }
ran() { grep -qxF -e "$1" "$FAKE/log" || fail "it should run: $1"; }
did_not_run() { if grep -q "^$1" "$FAKE/log"; then fail "it should not run: $1"; fi; }
ran_nothing() { [ ! -s "$FAKE/log" ] || fail "it should run nothing"; }

case_shellcheck() {
    command -v shellcheck >/dev/null || exit 77
    cd "$source"
    # A template is no script yet. Other shells' scripts are others' business.
    find . \( -path './build*' -o -path ./out -o -path ./.git \) -prune -o -type f ! -name '*.mustache' \
        -exec sh -c 'for file; do sed q "$file" | grep -aq "^#! */bin/sh" && echo "$file"; done; :' sh {} + >"$work/scripts"
    grep -qx ./tool/setup "$work/scripts" || fail "tool/setup was not found among: $(cat "$work/scripts")"
    xargs shellcheck <"$work/scripts"
}

case_usage() {
    machine debian-12 0
    run 2
    printed "usage: tool/setup"
    run 2 buidl
    printed 'tool/setup: "buidl" is not known here.'
    run 2 build tsan
    run 2 check speed
    run 0 --help
    printed "Known systems: Debian 12, Debian 13 and Ubuntu 24.04"
    ran_nothing
}

# What it prints for a system on which nothing is installed is in systems/SYSTEM.expected.
case_print() {
    for system_name in debian-12 debian-13 ubuntu-24.04 fedora-41; do
        machine $system_name 1000
        exit_code=0
        if [ $system_name = fedora-41 ]; then exit_code=1; fi
        : >"$work/all"
        for verb in build demo test check; do
            run $exit_code --print $verb
            ran_nothing
            { echo "\$ tool/setup --print $verb" && cat "$work/out"; } >>"$work/all"
            [ ! -e "$work/tree/build" ] || fail "--print made a directory"
        done
        diff -u "$tests/systems/$system_name.expected" "$work/all" || fail "$system_name: other commands than expected"
    done

    machine debian-12 0
    run 0 --print test
    not_printed sudo
    printed "env DEBIAN_FRONTEND=noninteractive apt-get install"
}

case_asks() {
    for answer in '' n no; do
        machine debian-12 1000
        at_terminal "$answer" demo
        [ "$status" = 1 ] || fail "answered '$answer': exit code $status"
        printed "Run these two commands as root? [y/N]"
        printed "sudo apt-get update"
        ran_nothing
    done

    machine debian-12 1000
    at_terminal y build
    [ "$status" = 0 ] || fail "answered y: exit code $status"
    ran "sudo apt-get update"
    ran "apt-get update"
    ran "cmake --build --preset default --target aibuild-gen"

    machine debian-12 1000 # nobody is there
    run 1 build
    printed "sudo apt-get update"
    printed "nobody is here to ask"
    ran_nothing
    run 0 build --yes
    not_printed "[y/N]"
    ran "sudo apt-get update"

    machine debian-12 1000 # no sudo either
    rm "$FAKE/bin/sudo"
    run 1 --yes build
    printed "Run this as root"
    ran_nothing

    machine debian-12 0
    run 0 build
    not_printed "[y/N]"
    did_not_run sudo
    ran "apt-get update"
}

# Doing it again installs and configures nothing; what only a part needs is not asked for by another.
case_again() {
    machine debian-12 0
    run 0 build
    ran "cmake --preset default"
    grep -q '^apt-get install .*libboost-json1.81-dev' "$FAKE/log" || fail "Boost.JSON should be installed"
    did_not_run 'apt-get install .*bubblewrap'
    run 0 build
    printed "Everything that is needed is installed."
    did_not_run apt-get
    did_not_run "cmake --preset"
    ran "cmake --build --preset default --target aibuild-gen"

    touch -d '+1 minute' "$work/tree/CMakePresets.json"
    run 0 build
    ran "cmake --preset default"

    machine debian-12 0 # a tool from elsewhere counts, and either curl
    ln -s "$FAKE/fake.sh" "$FAKE/bin/rustc"
    echo libcurl4-gnutls-dev >"$FAKE/installed"
    run 0 build
    did_not_run 'apt-get install .*rustc'
    did_not_run 'apt-get install .*libcurl'
}

case_fails() {
    machine debian-12 0
    echo apt-get >"$FAKE/failing"
    run 1 test
    printed "tool/setup: this failed, with exit code 3: apt-get update"
    did_not_run cmake

    rm "$FAKE/failing"
    run 0 test
    ran "AIBUILD_REQUIRE_TOOLCHAINS=1"
    [ "$(tail -n 1 "$work/out")" = "100% tests passed, 0 tests failed out of 7" ] || fail "CTest has the last word"

    for command in cmake ctest; do
        echo $command >"$FAKE/failing"
        run 1 test
        printed "tool/setup: this failed, with exit code 3: $command"
    done
}

case_demo() {
    machine debian-12 0
    OPENAI_API_KEY=canary OPENAI_BASE_URL=http://localhost:1
    export OPENAI_API_KEY OPENAI_BASE_URL
    project=$work/tree/build/demo/wordfreq
    new="aibuild-gen new a word-frequency library and command-line tool in C++, with a Rust tokenizer, a Python report and tests -C build/demo/wordfreq --yes"

    run 0 demo
    ran "aibuild-gen new --replay examples/recorded/tokenizer -C build/demo/tokenizer --yes"
    printed "The answers of this project are recorded"
    ran "ninja -C build/demo/tokenizer/build all test"
    ran "$new"
    did_not_run OPENAI_
    ran "ninja -C build/demo/wordfreq/build"
    ran "ninja -C build/demo/wordfreq/build test"
    grep -q '^word-frequency-cli ' "$FAKE/log" || fail "the project's program should run"
    printed "Next:"

    run 0 demo
    printed "build/demo/wordfreq is there and unchanged."
    did_not_run aibuild-gen
    ran "ninja -C build/demo/wordfreq/build"

    echo >>"$work/tree/build/aibuild-gen" # another program makes another project
    run 0 demo
    ran "$new"

    echo more >>"$project/aibuild.json" # a person's change is kept, whatever the program
    echo >>"$work/tree/build/aibuild-gen"
    run 0 demo
    printed "has changes of yours"
    did_not_run "$new"
    grep -q more "$project/aibuild.json" || fail "the change is lost"

    rm -r "$project"
    run 0 demo
    ran "$new"

    rm -r "$project" # stopped while it makes the project
    echo aibuild-gen >"$FAKE/failing"
    run 1 demo
    [ -e "$project" ] || fail "the stopped run should leave something"
    rm "$FAKE/failing"
    run 0 demo
    ran "$new"

    rm "$project.made" # somebody else's directory
    run 1 demo
    printed "this demo did not make it"
    did_not_run "$new"
    [ -e "$project/aibuild.json" ] || fail "somebody else's directory is gone"
}

"case_$2"
