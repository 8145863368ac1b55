"""What real ninja says about a build directory: its edges, and how it stands; and a finished build made in no time."""
import collections
import json
import os
import pathlib
import re
import struct
import subprocess
import time

from measuring import Failed, run


def commands(build):
    """Every edge that runs a command, as ninja's own tool tells it."""
    return [edge for edge in json.loads(run(["ninja", "-C", build, "-t", "compdb"])) if edge["command"]]


def kind(edge):
    output = edge["output"]
    return ("compile" if output.endswith(".o") else "archive" if output.endswith(".a") else
            "link" if os.path.basename(output) == "app" else None)


def edges(build, root):
    """Counter of (kind, source or product), named so that all generators' are the same."""
    out = collections.Counter()
    for edge in commands(build):
        if kind(edge) == "compile":
            out["compile", os.path.relpath(os.path.normpath(os.path.join(edge["directory"], edge["file"])), root)] += 1
        elif kind(edge):
            out[kind(edge), os.path.basename(edge["output"])] += 1
    return out


def nothing_to_do(build):
    return "no work to do" in run(["ninja", "-C", build, "-n"])


def murmur64a(text):
    """The hash of commands in .ninja_log of versions 5 and 6 (ninja 1.7 to 1.12)."""
    mask, m = (1 << 64) - 1, 0xC6A4A7935BD1E995
    h = 0xDECAFBADDECAFBAD ^ (len(text) * m & mask)
    whole = len(text) & ~7
    for (k,) in struct.iter_unpack("<Q", text[:whole]):
        k = k * m & mask
        k = (k ^ k >> 47) * m & mask
        h = (h ^ k) * m & mask
    if len(text) > whole:
        h = (h ^ int.from_bytes(text[whole:], "little")) * m & mask
    h = (h ^ h >> 47) * m & mask
    return h ^ h >> 47


def dependencies(edge):
    """What a compile's depfile tells, by running it; its own source as None."""
    depfile = re.search(r"-MF (\S+)", edge["command"]).group(1)
    os.makedirs(os.path.dirname(os.path.join(edge["directory"], edge["output"])), exist_ok=True)
    run(["sh", "-c", edge["command"]], cwd=edge["directory"])
    text = pathlib.Path(edge["directory"], depfile).read_text().replace("\\\n", " ")
    os.unlink(os.path.join(edge["directory"], depfile))
    return [None if path == edge["file"] else path for path in text.partition(":")[2].split()]


def finish(build):
    """Makes a build directory look built. 100,000 commands, even ones that do nothing, take ninja 300 s; so the outputs are written empty
    and ninja's two records by hand, and ninja is asked whether it believes them. A ninja that doesn't (1.13 hashes commands in another
    way) builds for real.
    """
    todo = [edge for edge in commands(build) if kind(edge)]
    read = dependencies(next(edge for edge in todo if kind(edge) == "compile"))
    made = time.time_ns()  # of all of them, so that none is older than another
    log, paths, deps = ["# ninja log v5\n"], {}, [b"# ninjadeps\n" + struct.pack("<i", 4)]

    def identify(path):
        if path not in paths:
            name = path.encode()
            name += b"\0" * (-len(name) % 4)
            deps.append(struct.pack("<I", len(name) + 4) + name + struct.pack("<I", ~len(paths) & 0xFFFFFFFF))
            paths[path] = len(paths)
        return paths[path]

    for edge in todo:
        output = os.path.join(build, edge["output"])
        os.makedirs(os.path.dirname(output), exist_ok=True)
        with open(output, "w", encoding="ascii"):
            pass
        os.utime(output, ns=(made, made))
        log.append(f"1\t2\t{made}\t{edge['output']}\t{murmur64a(edge['command'].encode()):x}\n")
        if kind(edge) == "compile":
            ids = [identify(edge["output"]), *(identify(path or edge["file"]) for path in read)]
            deps.append(struct.pack("<IIII", 0x80000000 | (8 + 4 * len(ids)), ids[0], made & 0xFFFFFFFF, made >> 32)
                        + struct.pack(f"<{len(ids) - 1}I", *ids[1:]))
    pathlib.Path(build, ".ninja_log").write_text("".join(log))
    pathlib.Path(build, ".ninja_deps").write_bytes(b"".join(deps))
    if not nothing_to_do(build):
        for name in (".ninja_log", ".ninja_deps"):
            os.unlink(os.path.join(build, name))
        run(["ninja", "-C", build])
        if not nothing_to_do(build):
            raise Failed(f"{build} has work to do right after it was built:\n" + explain(build))


def explain(build):
    return subprocess.run(["ninja", "-C", build, "-n", "-d", "explain"], capture_output=True, text=True, check=False).stderr[:1000]
