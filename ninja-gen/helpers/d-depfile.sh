#!/bin/sh
# d-depfile.sh DEPFILE OUT
#
# gdc writes the names of files with spaces in them as they are, so that nobody can tell where one ends. The files are there: this
# takes the words that make a name of one, and writes each as Make wants it.
set -eu
OUT=$2 awk '
    function exists(name, line, code) {
        code = (getline line < name)
        close(name)
        return code >= 0
    }
    function escaped(name) {
        gsub(/ /, "\\ ", name)
        gsub(/#/, "\\#", name)
        gsub(/\$/, "$$", name)
        return name
    }
    { sub(/ ?\\$/, ""); text = text (NR > 1 && !/^ / ? " " : "") $0 }
    END {
        text = substr(text, index(text, ": ") + 2)
        count = split(text, words, " ")
        printf "%s:", escaped(ENVIRON["OUT"])
        for (at = 1; at <= count; ++at) {
            name = words[at]
            for (last = at; !exists(name) && last < count;) name = name " " words[++last]
            if (!exists(name)) name = words[last = at]
            printf " \\\n %s", escaped(name)
            at = last
        }
        print ""
    }' "$1" >"$1.partial"
mv -f "$1.partial" "$1"
