#!/bin/sh
#
# Tests of the CMake package and of emitted projects: cmake_test.sh CASE SOURCE BUILD PROGRAM CONFIG.
#
# `prepare` comes first: it installs AIBuild and moves what it installed, and emits two plans. The other cases use that
# and don't change it. The directories have spaces in their names. AIBUILD_OTHER_CMAKE=/path/of/cmake tries another CMake
# than the one on PATH.

set -eu
case=$1 source=$2 build=$3 program=$4 config=$5
tests=$source/tests/cmake
scratch="$build/tests/cmake/a scratch"
prefix="$scratch/moved prefix"
plans="$scratch/the plans"
work="$scratch/$case"
log="$work/log"

export RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" # before HOME is another
export HOME="$scratch/home" XDG_CACHE_HOME="$scratch/cache"
export CMAKE_BUILD_PARALLEL_LEVEL=2 CMAKE_GENERATOR=Ninja CTEST_OUTPUT_ON_FAILURE=1
[ -z "${AIBUILD_OTHER_CMAKE:-}" ] || PATH="$(dirname "$AIBUILD_OTHER_CMAKE"):$PATH"
unset DESTDIR CMAKE_PREFIX_PATH AIBuild_DIR AIBuild_ROOT || :

fail() {
    echo "FAILED: $*"
    cat "$log"
    exit 1
}

# quietly COMMAND...: its output is in the log, and shown where it fails.
quietly() {
    "$@" >"$log" 2>&1 </dev/null || fail "$*"
}

# refuses COMMAND...: it must fail.
refuses() {
    if "$@" >"$log" 2>&1 </dev/null; then fail "this should fail: $*"; fi
}

# said LINE: the log has this line.
said() {
    grep -qxF -e "$1" "$log" || fail "it should say: $1"
}

# A project of one file, with the lines of standard input.
project() {
    rm -rf "$work/project"
    mkdir -p "$work/project"
    {
        echo 'cmake_minimum_required(VERSION 3.16)'
        echo 'project(tiny NONE)'
        cat
    } >"$work/project/CMakeLists.txt"
}

# configure ARGUMENT...: the tiny project, with the installed AIBuild.
configure() {
    cmake -S "$work/project" -B "$work/project/build" "-DCMAKE_PREFIX_PATH=$prefix" "$@"
}

case_prepare() {
    rm -rf "$scratch"
    mkdir -p "$work" "$HOME" "$plans"
    quietly cmake --install "$build" --config "$config" --strip --prefix "$scratch/first prefix"
    if grep -vF "$scratch/first prefix/" "$build/install_manifest.txt" >"$log"; then fail "these are outside the prefix"; fi
    mv "$scratch/first prefix" "$prefix"
    for plan in wordfreq greeting; do
        cp -R "$tests/$plan" "$plans"
        quietly "$program" emit -C "$plans/$plan"
        rm -rf "$plans/$plan/build" # CMake needs what is committed, and no more
    done
}

case_package() {
    (cd "$prefix" && find . -type f | sort) >"$log"
    for file in bin/aibuild-gen share/cmake/AIBuild/AIBuild.cmake share/cmake/AIBuild/AIBuildConfig.cmake \
        share/cmake/AIBuild/AIBuildConfigVersion.cmake; do
        said "./$file"
    done
    # What was built for finding mistakes may say where it was built.
    for path in "$build/" "$source/tool/" "$source/ninja-gen/" "$source/cmake-modules/" "$scratch/"; do
        if grep -rlF -e "$path" "$prefix/share" >"$log"; then fail "these have the path $path in them"; fi
        [ "$config" != Release ] || ! grep -qF -e "$path" "$prefix/bin/aibuild-gen" || fail "aibuild-gen has $path in it"
    done
    quietly "$prefix/bin/aibuild-gen" --version
}

# wrong PLACE WHY FIX: what a wrong call says, exactly.
wrong() {
    refuses configure
    said "   aibuild_import_plan: $1"
    said "     why:   $2"
    said "     fix:   $3"
    grep -qE '^  CMakeLists.txt:[0-9]+ \(aibuild_import_plan\)$' "$log" || fail "it should say where the call is"
}

# call ARGUMENTS: a project with this call.
call() {
    project <<PROJECT
find_package(AIBuild 1.0 REQUIRED)
aibuild_import_plan($1)
PROJECT
    cp -R "$plans/greeting" "$work/project/it's a plan"
    plan="$work/project/it's a plan"
}

case_wrong() {
    call '"it'\''s a plan"'
    wrong "$plan" "This is a directory." "Did you mean it's a plan/aibuild.json?"
    call '"it'\''s a plan/aibuild.lock.json"'
    wrong "$plan/aibuild.lock.json" "A plan is a file with the name aibuild.json." \
        "Name the aibuild.json of the project to import."
    call plan/aibuild.json
    wrong "$work/project/plan/aibuild.json" "There is no such file." "Correct the path: it counts from $work/project."

    call '"it'\''s a plan/aibuild.json")
aibuild_import_plan("it'\''s a plan/../it'\''s a plan/aibuild.json"'
    sed -i 's/(tiny NONE)/(tiny C)/' "$work/project/CMakeLists.txt"
    wrong "$plan/aibuild.json" \
        "A plan with the name greeting was imported before: $plan/aibuild.json in $work/project/CMakeLists.txt." \
        "Import it once; its targets are there for the whole project."

    call '"it'\''s a plan/aibuild.json"'
    sed -i 's/LOCK_FORMAT "[0-9]*"/LOCK_FORMAT "4"/' "$plan/aibuild.lock.cmake"
    wrong "$plan/aibuild.lock.cmake" \
        "This lock has format 4, and the AIBuild in $prefix/share/cmake/AIBuild knows formats up to 3." \
        "Let find_package find the AIBuild that wrote it, or a newer one."
}

# A right call.
greeting() {
    call '"it'\''s a plan/aibuild.json"'
    sed -i 's/(tiny NONE)/(tiny C)/' "$work/project/CMakeLists.txt"
}

# tests COUNT ARGUMENT...: what CTest finds where the plan is imported so.
tests() {
    count=$1
    shift
    greeting
    quietly configure "$@"
    (cd "$work/project/build" && quietly ctest -N)
    said "Total Tests: $count"
}

case_options() {
    tests 0 -DGREETING_TESTS=OFF
    tests 0 -DBUILD_TESTING=OFF
    tests 1 -DBUILD_TESTING=OFF -DGREETING_TESTS=ON
    tests 1 -DGREETING_INSTALL=ON
    quietly cmake --build "$work/project/build"
    quietly cmake --install "$work/project/build" --prefix "$work/installed"

    # Also from a directory below, where the project itself has no tests.
    greeting
    sed -i 's/aibuild_import_plan.*/add_subdirectory(below)/' "$work/project/CMakeLists.txt"
    mkdir "$work/project/below"
    echo 'aibuild_import_plan("../it'\''s a plan/aibuild.json")' >"$work/project/below/CMakeLists.txt"
    quietly configure
    (cd "$work/project/build" && quietly ctest -N)
    said "Total Tests: 1"

    # What it needs is found with it, or it is not found.
    project <<'PROJECT'
enable_language(C)
find_package(greeting)
if(greeting_FOUND)
  file(WRITE ${CMAKE_BINARY_DIR}/app.c "#include <greet.h>\nint main(void) { return greet()[0] != 'h'; }\n")
  add_executable(app ${CMAKE_BINARY_DIR}/app.c)
  target_link_libraries(app PRIVATE greeting::greet)
endif()
PROJECT
    quietly configure "-DCMAKE_PREFIX_PATH=$work/installed"
    quietly cmake --build "$work/project/build"
    quietly "$work/project/build/app"
    quietly env PKG_CONFIG_LIBDIR="$work" cmake -S "$work/project" -B "$work/without" "-DCMAKE_PREFIX_PATH=$work/installed"
    grep -qF "it needs libcurl, which pkg-config doesn't find" "$log" || fail "it should say what is missing"
}

# fixed: the command that a refusal names is the one that helps. Then it configures, and what it made is what was.
fixed() {
    fix=$(sed -n 's/^     fix:   aibuild-gen //p' "$log")
    [ -n "$fix" ] || fail "it should name a command"
    eval "quietly \"\$program\" $fix"
    quietly configure
    for file in aibuild.lock.json aibuild.lock.cmake CMakeLists.txt; do
        cmp "$plan/$file" "$plans/greeting/$file" || [ "$1" = changed ] || fail "$file is another"
    done
}

case_fixes() {
    emit="aibuild-gen emit -C '$work/project/it'\\''s a plan'"
    for file in aibuild.lock.cmake aibuild.lock.json CMakeLists.txt; do
        greeting
        rm "$plan/$file"
        wrong "$plan/$file" "It is missing: it is written from $plan/aibuild.json." "$emit"
        [ $file != aibuild.lock.json ] || cp "$plans/greeting/$file" "$plan"
        fixed same
    done

    greeting
    printf '\n' >>"$plan/aibuild.lock.json"
    wrong "$plan/aibuild.lock.json" "It is not the lock that $plan/aibuild.lock.cmake was written from." "$emit"
    fixed same

    # A plan that changes is seen by the next build, not only by who configures again.
    greeting
    quietly configure
    quietly cmake --build "$work/project/build"
    sed -i 's/"1.0.0"/"1.0.1"/' "$plan/aibuild.json"
    refuses cmake --build "$work/project/build"
    said "   aibuild_import_plan: $plan/aibuild.json"
    said "     why:   It changed since its build files were written."
    said "     fix:   $emit"
    fixed changed
}

# consumer GENERATOR CONFIG ARGUMENT...: configured, built and tested; then nothing is left to do.
consumer() {
    generator=$1 kind=$2
    shift 2
    cp -R "$plans" "$work/plans" # it is changed below, and others read it at the same time
    quietly cmake -G "$generator" -S "$tests/consumer" -B "$work/build" "-DPLANS=$work/plans" -DCMAKE_BUILD_TYPE="$kind" "$@"
    tested "$kind"
}

tested() {
    quietly cmake --build "$work/build" --config "$1"
    (cd "$work/build" && quietly ctest -C "$1")
    said "100% tests passed, 0 tests failed out of 5"
    for test in tokenizer-test counter-test report-test greet-test app; do
        grep -qE "Test +#[0-9]: $test \.* +Passed" "$log" || fail "$test is missing"
    done
    quietly cmake --build "$work/build" --config "$1"
    [ "$generator" = "Unix Makefiles" ] || said "ninja: no work to do."
    if grep -qE "RUSTC|Linking|Building" "$log"; then fail "something is never up to date"; fi
}

case_consumer_moved() {
    consumer Ninja Debug "-DCMAKE_PREFIX_PATH=$prefix" "-DCMAKE_INSTALL_PREFIX=$work/installed"
    [ "$(cat "$work/build/program-Debug.txt")" = "$prefix/bin/aibuild-gen" ] || fail "that is another program"

    # A module of the crate, which only rustc knows to be one: whoever links the crate is linked again, if it is another then.
    quietly cmake -E touch "$work/plans/wordfreq/src/letters.rs"
    quietly cmake --build "$work/build" --target app
    grep -q "RUSTC lib/libtokenizer.a" "$log" || fail "the crate is not built again"
    if grep -q "Linking CXX executable app" "$log"; then fail "app is linked again with the same archive"; fi
    sed -i 's/ascii::is_letter(byte)/ascii::is_letter(byte) \&\& byte != 7/' "$work/plans/wordfreq/src/letters.rs"
    quietly cmake --build "$work/build" --target app
    grep -q "RUSTC lib/libtokenizer.a" "$log" || fail "the crate is not built again"
    grep -q "Linking CXX executable app" "$log" || fail "app is not linked again"

    # Only what is the importer's own, unless it asks for more.
    quietly cmake --install "$work/build"
    [ "$(cd "$work/installed" && find . -type f)" = ./bin/app ] || fail "more is installed than app"
}

case_consumer_build() {
    consumer "Unix Makefiles" Release "-DAIBuild_DIR=$build"

    # Make knows only times: what was made again is newer than what it was made from, also where it is the same.
    quietly cmake -E touch "$work/plans/wordfreq/src/tokenizer.rs" "$work/plans/wordfreq/report/__init__.py"
    quietly cmake --build "$work/build"
    grep -q "RUSTC lib/libtokenizer.a" "$log" || fail "the crate is not built again"
    tested Release
    [ "$(cat "$work/build/program-Release.txt")" = "$program" ] || fail "that is another program"
}

# AIBuild inside of another project, whose tests and installed files stay its own.
case_consumer_subdirectory() {
    consumer "Ninja Multi-Config" Debug "-DAIBUILD_SOURCE=$source" "-DCMAKE_INSTALL_PREFIX=$work/installed"
    tested Release
    quietly cmake --install "$work/build" --config Release
    [ "$(cd "$work/installed" && find . -type f)" = ./bin/app ] || fail "more is installed than app"
}

# What was emitted is a project of its own: two configurations side by side, installed, moved, found and linked.
case_project() {
    generator="Ninja Multi-Config"
    quietly cmake -G "$generator" -S "$plans/wordfreq" -B "$work/build" "-DCMAKE_INSTALL_PREFIX=$work/nowhere"
    for kind in Debug Release; do
        quietly cmake --build "$work/build" --config $kind
        (cd "$work/build" && quietly ctest -C $kind)
        said "100% tests passed, 0 tests failed out of 3"
        quietly cmake --build "$work/build" --config $kind
        said "ninja: no work to do."
    done
    quietly cmake --install "$work/build" --config Release --prefix "$work/installed"
    [ ! -e "$work/nowhere" ] || fail "something is outside of the prefix"
    mv "$work/installed" "$work/moved"
    if grep -rlF -e "$work/installed" -e "$work/build" -e "$plans" "$work/moved/lib/cmake" >"$log"; then fail "these have a path in them"; fi
    [ "$(echo one two | "$work/moved/bin/wordfreq")" = "words: 2" ] || fail "the installed wordfreq"
    [ "$(echo words: 2 | "$work/moved/bin/wordfreq-report")" = "| words: 2 |" ] || fail "the installed wordfreq-report"

    quietly cmake -S "$tests/user" -B "$work/user" "-DCMAKE_PREFIX_PATH=$work/moved"
    quietly cmake --build "$work/user"
    [ "$("$work/user/user")" = "words: 3" ] || fail "the user of the installed libraries"
}

mkdir -p "$work"
[ "$case" = prepare ] || rm -rf "$work"
mkdir -p "$work"
"case_$(echo "$case" | tr - _)"
