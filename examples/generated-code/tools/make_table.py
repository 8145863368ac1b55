"""make_table.py UNITS HEADER SOURCE DEPFILE: the units of a table, and of tables that it includes, as C."""
import os
import sys


def units(path, read):
    read.append(path)
    for line in open(path, encoding="utf-8"):
        words = line.split()
        if words[:1] == ["include"]:
            yield from units(os.path.join(os.path.dirname(path), words[1]), read)
        elif words:
            yield words[0], words[1]


def put(path, text):
    """What would be the same stays as it is, so that nothing is compiled again: that is the step's "restat"."""
    if not os.path.exists(path) or open(path, encoding="utf-8").read() != text:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


table, header, source, depfile = sys.argv[1:]
read = []
rows = sorted(units(table, read))
put(header, """#pragma once
struct unit {
    const char *name;
    double metres;
};
extern const struct unit units_table[%d];
enum { units_count = %d };
""" % (len(rows), len(rows)))
put(source, '#include "units_table.h"\n\nconst struct unit units_table[] = {\n%s};\n'
    % "".join(f'    {{"{name}", {metres}}},\n' for name, metres in rows))
with open(depfile, "w", encoding="utf-8") as file:
    words = [path.replace(" ", "\\ ") for path in (header, *read)]
    file.write(f"{words[0]}: {' '.join(words[1:])}\n")
