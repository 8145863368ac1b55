#!/bin/sh
# fortran-collate.sh DYNDEP MODULES SCAN... -- MAP...
#
# From what the scans of a target say, and the maps of the libraries that it uses: DYNDEP, in which Ninja reads what each compile makes
# and reads (manual: dynamic dependencies), and DYNDEP.map, a line `FILE PATH` for each module file of the target, which are in the
# directory MODULES.
#
# Module files that no source makes any more go: nobody shall compile with them. Who reads one is compiled again, and the compiler says
# that it is not there: for that, a file FILE.gone, newer than every object, becomes an input in its place.
set -eu
dyndep=$1 modules=$2
shift 2
mkdir -p "$modules"
for file in "$modules"/*mod "$modules"/*mod.gone; do
    [ ! -e "$file" ] || printf '%s\n' "${file##*/}"
done | sed 's/\.gone$//' >"$dyndep.new.gone"
modules=$modules dyndep=$dyndep awk '
    function escaped(path) { gsub(/[$ :]/, "$&", path); return path }
    BEGIN {
        modules = ENVIRON["modules"]
        dyndep = ENVIRON["dyndep"] ".new"
        map = ENVIRON["dyndep"] ".map.new"
        made = ENVIRON["dyndep"] ".made"
        maps = 0
        for (n = 1; n < ARGC; ++n) {
            if (ARGV[n] == "--") { maps = 1; continue }
            while ((getline line < ARGV[n]) > 0) {
                at = index(line, " ")
                key = substr(line, 1, at - 1)
                value = substr(line, at + 1)
                if (maps) {
                    path[key] = value
                } else if (key == "object") {
                    object[++count] = value
                } else if (key == "makes") {
                    if (value in maker) {
                        print "error: " object[count] ": " value " is made by " object[maker[value]] ", too" > "/dev/stderr"
                        exit 1
                    }
                    maker[value] = count
                    makes[count] = makes[count] " " value
                } else {
                    reads[count] = reads[count] " " value
                }
            }
            close(ARGV[n])
        }
        # The compiler writes MODULE.smod beside MODULE.mod where the module leaves something to its submodules.
        for (n = 1; n <= count; ++n) {
            words = split(reads[n], word, " ")
            for (k = 1; k <= words; ++k) {
                parent = word[k]
                if (!sub(/\.smod$/, ".mod", parent) || word[k] in maker || !(parent in maker)) continue
                maker[word[k]] = maker[parent]
                makes[maker[parent]] = makes[maker[parent]] " " word[k]
            }
        }
        while ((getline line < (dyndep ".gone")) > 0) if (!(line in maker)) gone[line] = 1
        print "ninja_dyndep_version = 1" > dyndep
        printf "" > map
        printf "" > made
        for (n = 1; n <= count; ++n) {
            line = "build " escaped(object[n])
            words = split(makes[n], word, " ")
            for (k = 1; k <= words; ++k) {
                line = line (k == 1 ? " |" : "") " " escaped(modules "/" word[k])
                print word[k], modules "/" word[k] > map
                print word[k] > made
            }
            line = line ": dyndep"
            words = split(reads[n], word, " ")
            first = 1
            for (k = 1; k <= words; ++k) {
                file = word[k]
                if (file in maker) {
                    if (maker[file] == n) continue
                    file = modules "/" file
                } else {
                    # Of another target only modules are known, and of the compiler itself nothing.
                    if (!(file in path) && !((file ".gone") in path)) sub(/\.smod$/, ".mod", file)
                    if (file in path) file = path[file]
                    else if (file in gone) file = modules "/" file ".gone"
                    else if ((file ".gone") in path) file = path[file ".gone"]
                    else continue
                }
                line = line (first ? " |" : "") " " escaped(file)
                first = 0
            }
            print line > dyndep
            print "  restat = 1" > dyndep
        }
        for (file in gone) print file ".gone", modules "/" file ".gone" > map
    }' "$@"
for file in "$modules"/*mod; do
    [ -e "$file" ] || continue
    grep -qxF -- "${file##*/}" "$dyndep.made" || { rm -f "$file" && : >"$file.gone"; }
done
while read -r file; do rm -f "$modules/$file.gone"; done <"$dyndep.made"
rm -f "$dyndep.made" "$dyndep.new.gone"
sh "${0%/*}/publish.sh" "$dyndep.map.new" "$dyndep.map"
sh "${0%/*}/publish.sh" "$dyndep.new" "$dyndep"
