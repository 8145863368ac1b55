"""The synthetic project, described for AIBuild and for each peer as its people would: 100 C files a library, one shared include directory,
one program that links a library. Every description stands in a tree of its own over the same files (hard links), so that nobody's paths
are longer than another's and nobody's build files are in another's way.
"""
import json
import os

FILES_A_LIBRARY = 100
FLAGS = "-O3 -DNDEBUG -std=c11 -Wall -Wextra -Wpedantic"  # what AIBuild gives C in a release


class Library:
    def __init__(self, name, files, uses=()):
        self.name, self.files, self.uses = name, files, list(uses)

    @property
    def sources(self):
        return [f"{self.name}/file{n}.c" for n in range(self.files)]


def wide(files):
    """Libraries of 100 files that don't know each other."""
    assert files % FILES_A_LIBRARY == 0, f"{FILES_A_LIBRARY} files are a library"
    return [Library(f"lib{n}", FILES_A_LIBRARY) for n in range(files // FILES_A_LIBRARY)]


def chain(length):
    """Libraries of one file, each using the one before."""
    return [Library(f"lib{n}", 1, [f"lib{n - 1}"] if n else []) for n in range(length)]


def write_sources(root, libraries):
    (root / "include").mkdir(parents=True)
    (root / "include" / "shared.h").write_text("#pragma once\nint shared(void);\n")
    for library in libraries:
        (root / library.name).mkdir()
        for source in library.sources:
            function = source[:-2].replace("/", "_")
            (root / source).write_text(f'#include "shared.h"\nint {function}(void);\nint {function}(void) {{ return {len(source)}; }}\n')
    (root / "app").mkdir()
    last = f"{libraries[-1].name}_file0"
    (root / "app" / "main.c").write_text(f"int {last}(void);\nint main(void) {{ return {last}() == 0; }}\n")


def linked_copy(root, copy):
    """The same files under another root."""
    for directory, _, files in os.walk(root):
        there = os.path.join(copy, os.path.relpath(directory, root))
        os.makedirs(there, exist_ok=True)
        for name in files:
            os.link(os.path.join(directory, name), os.path.join(there, name))


def describe_to_aibuild(root, libraries):
    targets = [{"name": library.name, "kind": "static-library", "language": "c", "sources": library.sources,
                "include_directories": ["include"], **({"uses": library.uses} if library.uses else {})} for library in libraries]
    targets.append({"name": "app", "kind": "executable", "language": "c", "sources": ["app/main.c"], "uses": [libraries[-1].name]})
    (root / "aibuild.json").write_text(json.dumps({"format": 1, "project": {"name": "bench"}, "targets": targets}, indent=2))


def describe_to_cmake(root, libraries):
    """With a CMakeLists.txt a library: 10,000 sources in one directory take CMake 1.3 s, in 100 directories 0.5 s."""
    for library in libraries:
        text = f"add_library({library.name} STATIC\n  " + "\n  ".join(os.path.basename(source) for source in library.sources) + ")\n"
        if library.uses:
            text += f"target_link_libraries({library.name} PUBLIC {' '.join(library.uses)})\n"
        (root / library.name / "CMakeLists.txt").write_text(text)
    (root / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(bench LANGUAGES C)\nset(CMAKE_BUILD_TYPE Release)\nset(CMAKE_C_STANDARD 11)\n"
        "set(CMAKE_C_EXTENSIONS OFF)\nadd_compile_options(-Wall -Wextra -Wpedantic)\ninclude_directories(include)\n"
        + "".join(f"add_subdirectory({library.name})\n" for library in libraries)
        + f"add_executable(app app/main.c)\ntarget_link_libraries(app PRIVATE {libraries[-1].name})\n")


def describe_to_meson(root, libraries):
    out = ["project('bench', 'c', default_options: ['buildtype=release', 'b_ndebug=true', 'c_std=c11', 'warning_level=3'])\n"
           "include = include_directories('include')\n"]
    for library in libraries:
        sources = ",\n  ".join(f"'{source}'" for source in library.sources)
        uses = f", link_with: [{', '.join(library.uses)}]" if library.uses else ""
        out.append(f"{library.name} = static_library('{library.name}',\n  {sources},\n  include_directories: include{uses})\n")
    out.append(f"executable('app', 'app/main.c', link_with: {libraries[-1].name})\n")
    (root / "meson.build").write_text("".join(out))


GN_TOOLCHAIN = f"""toolchain("gcc") {{
  tool("cc") {{
    depfile = "{{{{output}}}}.d"
    command = "cc {{{{include_dirs}}}} {FLAGS} -MD -MQ {{{{output}}}} -MF $depfile -o {{{{output}}}} -c {{{{source}}}}"
    depsformat = "gcc"
    description = "CC {{{{output}}}}"
    outputs = [ "{{{{source_out_dir}}}}/{{{{target_output_name}}}}.{{{{source_name_part}}}}.o" ]
  }}
  tool("alink") {{
    command = "rm -f {{{{output}}}} && ar rcsD {{{{output}}}} {{{{inputs}}}}"
    description = "AR {{{{output}}}}"
    outputs = [ "{{{{root_out_dir}}}}/lib/lib{{{{target_output_name}}}}.a" ]
  }}
  tool("link") {{
    command = "cc -O3 -DNDEBUG -o {{{{output}}}} {{{{inputs}}}}"
    description = "LINK {{{{output}}}}"
    outputs = [ "{{{{root_out_dir}}}}/bin/{{{{target_output_name}}}}" ]
  }}
  tool("stamp") {{
    command = "touch {{{{output}}}}"
    description = "STAMP {{{{output}}}}"
  }}
}}
"""


def describe_to_gn(root, libraries):
    """With a BUILD.gn a library, as GN's own users have them and as it reads fastest: in parallel."""
    (root / "toolchain").mkdir()
    (root / "toolchain" / "BUILD.gn").write_text(GN_TOOLCHAIN)
    (root / ".gn").write_text('buildconfig = "//BUILDCONFIG.gn"\n')
    (root / "BUILDCONFIG.gn").write_text('set_default_toolchain("//toolchain:gcc")\n')
    for library in libraries:
        sources = ",\n".join(f'    "{os.path.basename(source)}"' for source in library.sources)
        deps = "".join(f'  public_deps = [ "//{name}" ]\n' for name in library.uses)
        (root / library.name / "BUILD.gn").write_text(
            f'static_library("{library.name}") {{\n  sources = [\n{sources},\n  ]\n  include_dirs = [ "//include" ]\n{deps}}}\n')
    labels = ",\n".join(f'    "//{library.name}"' for library in libraries)
    (root / "BUILD.gn").write_text(f'executable("app") {{\n  sources = [ "app/main.c" ]\n  deps = [ "//{libraries[-1].name}" ]\n}}\n'
                                   f'group("default") {{\n  deps = [\n    ":app",\n{labels},\n  ]\n}}\n')


DESCRIBE = {"aibuild": describe_to_aibuild, "gn": describe_to_gn, "cmake": describe_to_cmake, "meson": describe_to_meson}


def make(scratch, name, libraries, system):
    """The project's tree for one system."""
    root, files = scratch / f"{name}-{system}", scratch / f"{name}-files"
    if not files.exists():
        write_sources(files, libraries)
    linked_copy(files, root)
    DESCRIBE[system](root, libraries)
    return root
