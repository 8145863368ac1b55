#!/bin/sh
#
# Stands for every command that tool/setup runs: setup_test.sh makes links to it under their names. It writes its command
# line to $FAKE/log and does the little of the real one that tool/setup relies on; $FAKE/failing names one that fails.

name=${0##*/}
case $name in
    id | getconf | dpkg-query) ;; # they only look
    *) echo "$name $*" >>"$FAKE/log" ;;
esac

fake() { ln -sf "$FAKE/fake.sh" "$1"; }

case "$name $*" in
    id*) cat "$FAKE/uid" ;;
    getconf*) echo 4 ;;
    sudo*) exec "$@" ;;
    dpkg-query*)
        for package; do :; done
        grep -qx -e "$package" "$FAKE/installed" && printf installed
        ;;
    "apt-get install"*)
        printf '%s\n' "$@" >>"$FAKE/installed"
        for command in g++ cmake ctest ninja pkg-config git rustc python3 bwrap strace shellcheck make; do
            fake "$FAKE/bin/$command"
        done
        ;;
    "cmake --preset"*)
        mkdir -p build
        touch build/build.ninja
        ;;
    "cmake --build"*) [ -e build/aibuild-gen ] || cp "$FAKE/fake.sh" build/aibuild-gen ;;
    ctest*)
        env | grep '^AIBUILD_REQUIRE_' >>"$FAKE/log"
        echo "100% tests passed, 0 tests failed out of 7"
        ;;
    aibuild-gen*)
        case $* in
            *build/demo/tokenizer*) made=build/demo/tokenizer ran=wordfreq ;;
            *) made=build/demo/wordfreq ran=word-frequency-cli ;;
        esac
        mkdir -p "$made/build/bin"
        echo '{}' >"$made/aibuild.json"
        fake "$made/build/bin/$ran"
        env | grep '^OPENAI_' >>"$FAKE/log"
        ;;
esac
if [ "$(cat "$FAKE/failing" 2>/dev/null)" = "$name" ]; then exit 3; fi
exit 0
