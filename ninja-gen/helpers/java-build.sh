#!/bin/sh
# java-build.sh MODE JAVAC JAR OUT WORK SOURCE... -- LIBRARY... -- FLAG...
#
# Compiles Java sources into a jar. MODE is `library`, or `program`: a jar that runs, with its libraries in it and a first line that
# starts java. The class that runs has the name of the first source. The same sources always give the same bytes: entries
# are sorted and dated 1980. Classes of a source that was deleted go with WORK.
set -eu
mode=$1 javac=$2 jar=$3 out=$4 work=$5
shift 5
rm -rf "$work"
mkdir -p "$work/classes"

# javac and jar read more arguments from files, quoted in a way of their own.
argument() {
    printf '"%s"\n' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"
}

main=$1 libraries=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    argument "$1" >>"$work/sources"
    shift
done
shift
while [ "$1" != -- ]; do
    libraries="$libraries${libraries:+:}$1"
    shift
done
shift
# Short runs: the slower compiler of the two that the machine has would not pay.
quick=-J-XX:TieredStopAtLevel=1
"$javac" "$quick" "$@" -encoding UTF-8 -implicit:none -proc:none -d "$work/classes" -sourcepath "$work/none" \
    -classpath "$libraries" "@$work/sources"

here=$PWD
if [ "$mode" = program ]; then
    # What it links, it carries.
    oldIFS=$IFS
    IFS=:
    for library in $libraries; do
        case $library in /*) ;; *) library=$here/$library ;; esac
        (cd "$work/classes" && "$jar" "$quick" --extract --file "$library" && rm -rf META-INF)
    done
    IFS=$oldIFS
fi
cd "$work/classes"
find . -type f | sed 's,^\./,,' | LC_ALL=C sort | while read -r class; do argument "$class"; done >../classes.list
set -- --create --file=../new.jar --date=1980-01-01T00:00:02Z
if [ "$mode" = program ]; then
    package=$(sed -n 's/^[[:space:]]*package[[:space:]]\{1,\}\([A-Za-z0-9_.]*\)[[:space:]]*;.*/\1./p' "$(
        case $main in /*) printf '%s' "$main" ;; *) printf '%s' "$here/$main" ;; esac
    )" | sed q)
    "$jar" "$quick" "$@" --main-class="$package$(basename "$main" .java)" @../classes.list
    cd "$here"
    # Who reads a zip starts at its end.
    # shellcheck disable=SC2016 # the shell that runs the program expands this
    printf '#!/bin/sh\nexec "${JAVA:-java}" -jar "$0" "$@"\n' >"$work/new"
    cat "$work/new.jar" >>"$work/new"
    chmod +x "$work/new"
else
    "$jar" "$quick" "$@" @../classes.list
    cd "$here"
    mv "$work/new.jar" "$work/new"
fi
sh "$(dirname "$0")/publish.sh" "$work/new" "$out"
