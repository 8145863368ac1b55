#!/bin/sh
# java-build.sh MODE JAVAC JAR JAVAP OUT WORK SOURCE... -- LIBRARY... -- FLAG...
#
# Compiles Java sources into a jar. MODE is `library`, or `program`: a jar that runs, with its libraries in it and a first line that
# starts java. The class that runs has the name of the first source. The same sources always give the same bytes: entries
# are sorted and dated 1980. Classes of a source that was deleted go with WORK.
#
# A library leaves its classes in WORK/classes, and in WORK/api what its users are compiled against, and nothing of how it is done.
# Classes of an earlier run are taken again where the sources, the flags and the api of all libraries are as they were: a changed body
# in a library packs its users anew, and compiles none of them. A library that is not from here is a jar, and all of it counts.
set -eu
mode=$1 javac=$2 jar=$3 javap=$4 out=$5 work=$6 lists="sources libraries"
shift 6
rm -rf "$work.old"
# Who asks for everything anew by deleting OUT shall have it.
if [ -e "$out" ] && [ -e "$work" ]; then mv "$work" "$work.old"; fi
# shellcheck source=ninja-gen/helpers/lists.sh
. "${0%/*}/lists.sh"

# javac and jar read more arguments from files, quoted in a way of their own.
arguments() {
    sed 's/[\\"]/\\&/g; s/.*/"&"/'
}

# What javap tells of classes without what only the class itself is made of: code, constants that it uses, private and anonymous classes.
api() {
    awk '
        function flush() {
            if (!inside) printf "%s", text
            text = ""
            inside = 0
        }
        /^Classfile / { flush(); next }
        /^EnclosingMethod:/ { inside = 1 }
        { match($0, /^ */) }
        skipping && RLENGTH > margin { next }
        { skipping = 0 }
        /^    Code:$/ || /^(BootstrapMethods|NestMembers|Constant pool):/ { skipping = 1; margin = RLENGTH; next }
        /^  (Last modified|SHA-256 checksum|MD5 checksum|Compiled from|interfaces: )/ { next }
        /^  [a-z ]*#[0-9]+; / { next }
        { gsub(/#[0-9]+/, "#") }
        !/ConstantValue|"/ { gsub(/ +\/\//, " //") } # columns, which move with the numbers
        { text = text $0 "\n" }
        END { flush() }'
}

# built LIBRARY: where it was built.
built() {
    name=${1##*/}
    printf '%s' "${work%/*}/${name%.jar}"
}

classpath=
while IFS= read -r library; do classpath="$classpath${classpath:+:}$library"; done <"$work/libraries"
{
    ls -lLn "$javac"
    printf '%s\n' "$@" # the flags
    while IFS= read -r source; do printf '%s\n' "$source" && cat "$source"; done <"$work/sources"
    while IFS= read -r library; do
        api=$(built "$library")/api
        if [ -e "$api" ]; then cat "$api"; else cat "$library"; fi
    done <"$work/libraries"
} | sha256sum >"$work/key"

# Short runs: the slower compiler of the two that the machine has would not pay.
quick="-J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC"
# shellcheck disable=SC2086 # two words
if cmp -s "$work/key" "$work.old/key" && [ -e "$work.old/compiled" ]; then
    mv "$work.old/classes" "$work/classes"
    [ ! -e "$work.old/api" ] || mv "$work.old/api" "$work/api"
else
    mkdir "$work/classes"
    arguments <"$work/sources" >"$work/arguments"
    "$javac" $quick "$@" -encoding UTF-8 -implicit:none -proc:none -d "$work/classes" -sourcepath "$work/none" \
        -classpath "$classpath" "@$work/arguments"
    if [ "$mode" = library ]; then
        find "$work/classes" -name '*.class' | LC_ALL=C sort >"$work/list"
        set --
        while IFS= read -r class; do set -- "$@" "$class"; done <"$work/list"
        "$javap" $quick -v -package -constants "$@" >"$work/javap"
        api <"$work/javap" >"$work/api"
    fi
fi
: >"$work/compiled"
rm -rf "$work.old"

# jar CLASSES ARGUMENT...: packs what is in the directory CLASSES.
pack_classes() (
    there=$(absolute "$work")
    cd "$1"
    shift
    find . -type f | sed 's,^\./,,' | LC_ALL=C sort | arguments >"$there/entries"
    # shellcheck disable=SC2086 # two words
    "$jar" $quick --create "--file=$there/packed" --date=1980-01-01T00:00:02Z "$@" "@$there/entries"
)
if [ "$mode" = library ]; then
    pack_classes "$work/classes"
    mv "$work/packed" "$work/new"
else
    # What it links, it carries.
    cp -R "$work/classes" "$work/carried"
    while IFS= read -r library; do
        if [ -e "$(built "$library")/api" ]; then
            cp -R "$(built "$library")/classes/." "$work/carried/"
        else
            library=$(absolute "$library")
            # shellcheck disable=SC2086 # two words
            (cd "$work/carried" && "$jar" $quick --extract --file "$library" && rm -rf META-INF)
        fi
    done <"$work/libraries"
    main=$(sed q "$work/sources")
    package=$(sed -n 's/^[[:space:]]*package[[:space:]]\{1,\}\([A-Za-z0-9_.]*\)[[:space:]]*;.*/\1./p' "$main" | sed q)
    main=${main##*/}
    pack_classes "$work/carried" "--main-class=$package${main%.java}"
    # Who reads a zip starts at its end.
    # shellcheck disable=SC2016 # the shell that runs the program expands this
    printf '#!/bin/sh\nexec "${JAVA:-java}" -jar "$0" "$@"\n' >"$work/new"
    cat "$work/packed" >>"$work/new"
    chmod +x "$work/new"
fi
publish
