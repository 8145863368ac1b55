#!/bin/sh
# fortran-scan.sh SOURCE SCAN FC [FLAG...]
#
# Finds out which module files a source makes and reads when it is compiled, and writes them to SCAN, which is called like the object
# with .scan behind it: `object PATH`, then a line `makes FILE` or `reads FILE` for each. What begins with # or has a capital
# extension goes through the preprocessor first, as the compiler does it.
set -eu
source=$1 scan=$2 fc=$3
shift 3
case $source in
*.F90 | *.F95 | *.F03 | *.F08 | *.F18 | *.F | *.FOR) "$fc" "$@" -cpp -E -P "$source" >"$scan.text" ;;
*) cat "$source" >"$scan.text" ;;
esac
printf 'object %s\n' "${scan%.scan}" >"$scan.new"
# A submodule reads its parent's .smod and makes one of its own, called after the module and itself.
awk '
    function say(what, file) { if (!said[what, file]++) print what, file }
    {
        line = tolower($0)
        sub(/!.*/, "", line)
        count = split(line, statement, ";")
        for (n = 1; n <= count; ++n) {
            text = statement[n]
            gsub(/^[ \t]+|[ \t\r]+$/, "", text)
            if (text ~ /^module[ \t]+[a-z][a-z0-9_]*$/) {
                split(text, word, /[ \t]+/)
                if (word[2] != "procedure") say("makes", word[2] ".mod")
            } else if (text ~ /^submodule[ \t]*\(/) {
                gsub(/[():]/, " ", text)
                words = split(text, word, /[ \t]+/)
                if (word[words] == "") --words
                ancestor = word[2]
                say("reads", words == 3 ? ancestor ".smod" : ancestor "@" word[3] ".smod")
                say("makes", ancestor "@" word[words] ".smod")
            } else if (text ~ /^use[ \t]*,[ \t]*intrinsic/) {
                continue
            } else if (text ~ /^use[ \t,:]/) {
                sub(/^use[ \t]*(,[^:]*)?(::)?[ \t]*/, "", text)
                if (match(text, /^[a-z][a-z0-9_]*/)) say("reads", substr(text, 1, RLENGTH) ".mod")
            }
        }
    }' "$scan.text" | LC_ALL=C sort >>"$scan.new"
rm -f "$scan.text"
sh "${0%/*}/publish.sh" "$scan.new" "$scan"
