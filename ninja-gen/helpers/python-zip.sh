#!/bin/sh
# python-zip.sh PYTHON OUT ROOT MAIN SOURCE... [-- LIBRARY...]
#
# Puts Python sources into one archive that Python imports from, or, with a MAIN that is not -, runs: a zip with a first line that
# names the interpreter. Names in the archive are relative to ROOT; libraries are archives made the same way.
# A syntax error in any source fails here. The same sources always give the same bytes: entries are sorted and dated 1980.
set -eu
python=$1 out=$2
shift 2
"$python" -B - "$out" "$out.new" "$@" <<'PYTHON'
import os, sys, zipfile

out, new, root, main, *rest = sys.argv[1:]
program = main != "-"
split = rest.index("--") if "--" in rest else len(rest)
entries = {}


def add(name, text, origin):
    if entries.setdefault(name, text) != text:
        sys.exit(f"error: {origin}: two different files would be {name} in {out}")


for source in rest[:split]:
    with open(source, "rb") as file:
        text = file.read()
    try:
        compile(text, source, "exec", dont_inherit=True)
    except SyntaxError as error:
        print(f'  File "{error.filename}", line {error.lineno}', file=sys.stderr)
        sys.exit(f"    {(error.text or '').strip()}\nSyntaxError: {error.msg}")
    add(os.path.relpath(source, root).replace(os.sep, "/"), text, source)
    if source == main:
        add("__main__.py", text, source)
for library in rest[split + 1 :]:
    with zipfile.ZipFile(library) as archive:
        for name in archive.namelist():
            add(name, archive.read(name), library)

with open(new, "wb") as file:
    if program:
        file.write(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            archive.writestr(info, entries[name])
if program:
    os.chmod(new, 0o777 & ~os.umask(0o022))
PYTHON
sh "${0%/*}/publish.sh" "$out.new" "$out"
