"""What the model of these tests answers: a plan for a small project in C, and the text of each of its files."""
import copy
import json

DESCRIPTION = "a library in C that makes greetings, a program for it, and tests"

PLAN = {
    "format": 1,
    "project": {"name": "greeting", "version": "0.2.0", "description": "Greets whoever is named."},
    "packages": None,
    "targets": [
        {"name": "greeting", "kind": "static-library", "language": "c", "sources": ["src/greeting.c"],
         "interface": "int greeting_write(char *out, size_t size, const char *name);",
         "headers": ["include/greeting/greeting.h"], "include_directories": ["include"], "uses": None, "packages": None, "data": None,
         "settings": {"standard": "11", "warnings": "errors", "defines": None}},
        {"name": "greet", "kind": "executable", "language": "c", "sources": ["programs/greet.c"], "uses": ["greeting"],
         "interface": "greet NAME: prints a greeting of NAME and a newline. Exit code 2 without a name."},
        {"name": "greeting-test", "kind": "test", "language": "c", "sources": ["tests/greeting_test.c"], "uses": ["greeting", "greet"]},
    ],
    "files": [
        {"path": "README.md", "purpose": "What the project is."},
        {"path": "include/greeting/greeting.h", "purpose": "Declares greeting_write."},
        {"path": "src/greeting.c", "purpose": "Defines greeting_write."},
        {"path": "programs/greet.c", "purpose": "Greets its first argument."},
        {"path": "tests/greeting_test.c", "purpose": "Known answers of the library and of the program."},
    ],
}

FILES = {
    "README.md": "# greeting\n\n```\ngreet NAME\n```\n",
    "include/greeting/greeting.h": """#pragma once

#include <stddef.h>

int greeting_write(char *out, size_t size, const char *name);
""",
    "src/greeting.c": """#include "greeting/greeting.h"

#include <stdio.h>

int greeting_write(char *out, size_t size, const char *name) {
    return snprintf(out, size, "Hello, %s!", name);
}
""",
    "programs/greet.c": """#include <stdio.h>

#include "greeting/greeting.h"

int main(int argc, char **argv) {
    char text[100];
    greeting_write(text, sizeof text, argc > 1 ? argv[1] : "world");
    return puts(text) < 0;
}
""",
    "tests/greeting_test.c": """#include <stdio.h>
#include <string.h>

#include "greeting/greeting.h"

int main(int argc, char **argv) {
    char text[100];
    greeting_write(text, sizeof text, "you");
    const int known = strcmp(text, "Hello, you!") == 0;
    const int program = argc == 2 && strstr(argv[1], "greet") != NULL;
    printf("1..2\\n%sok 1 - a known answer\\n%sok 2 - the program's path\\n", known ? "" : "not ", program ? "" : "not ");
    return known && program ? 0 : 1;
}
""",
}


def plan(**changes):
    """The plan with other values at its top."""
    return {**copy.deepcopy(PLAN), **changes}


def answers(given=None, **options):
    """Of a server that answers every request, as often as it comes. `given` is another plan; `options` are those of every answer."""
    out = [{"stage": "plan", "times": 0, "text": json.dumps(PLAN if given is None else given), **options}]
    return out + [{"stage": "file", "contains": f"Write {path}.", "times": 0, "text": text, **options} for path, text in FILES.items()]
