"""The rows of the table, each a function that measures on projects made once. A row is {"what", "ratio", "bar"} and whatever explains it;
a ratio of None was not measured, and "why" says why.
"""
import collections
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess

import asking
import building
import configuring
import ninja_graph
import projects
from measuring import Failed, MissingPeer, Side, alternate, noise, peak_kib, run, seconds

PEERS = {"gn": ("gn", "generate-ninja"), "cmake": ("cmake", "cmake"), "meson": ("meson", "meson")}  # program, Debian's package
DESCRIBED = ("aibuild", *PEERS)
median = statistics.median
milliseconds = lambda times: round(median(times) * 1000, 1)  # noqa: E731


def need(peer):
    program, package = PEERS[peer]
    if not shutil.which(program):
        raise MissingPeer(f"{program} is not on PATH (Debian: apt-get install {package})")


def compared(what, bar, ours, theirs, **more):
    return {"what": what, "ratio": round(median(ours) / median(theirs), 4), "bar": bar,
            "ours_ms": milliseconds(ours), "peer_ms": milliseconds(theirs), **more}


class Bench:
    """The projects, each made once, with warm probes and graphs that were seen to be equal; and how each system generates them."""

    def __init__(self, scratch, program, files, rounds):
        self.scratch, self.program, self.rounds, self.files = scratch, program, rounds, files
        # As many as the table says, or as a small run of it asks for.
        self.large, self.middle, self.small = (max(projects.FILES_A_LIBRARY, files // part // 100 * 100) for part in (1, 10, 100))
        self.long, self.short = files // 20, files // 200  # chains
        self.made = {}

    def root(self, name, system, libraries):
        """The tree of a system, generated once."""
        roots = self.made.setdefault(name, {})
        if system not in roots:
            if system in PEERS:
                need(system)
            roots[system] = projects.make(self.scratch, name, libraries, system)
            if system == "cmake":
                self.warm_cmake(roots[system])
            run(self.generate(system, roots[system]))
        return roots[system]

    def wide(self, system, files):
        """Libraries of 100 files; the graph was seen to be the one that ours is."""
        name = f"wide-{files}"
        new = system not in self.made.get(name, {})
        root = self.root(name, system, projects.wide(files))
        if new and (odd := self.odd_edges(system, files)):
            raise Failed(f"{system}'s graph of {files} files is another than was meant: {len(odd)} edges, among them {odd[:5]}")
        return root

    def odd_edges(self, system, files):
        """Compile, archive and link edges that are in its graph and were not meant, or the reverse."""
        libraries, root = projects.wide(files), self.made[f"wide-{files}"][system]
        meant = collections.Counter(("compile", source) for library in libraries for source in library.sources)
        meant += collections.Counter(("archive", f"lib{library.name}.a") for library in libraries)
        meant += collections.Counter([("compile", "app/main.c"), ("link", "app")])
        seen = ninja_graph.edges(root / "build", root)
        return sorted(((meant - seen) + (seen - meant)).elements())

    def generate(self, system, root):
        return {"aibuild": [self.program, "emit", "-C", root], "gn": ["gn", "gen", "-q", f"--root={root}", root / "build"],
                "cmake": ["cmake", "-S", root, "-B", root / "build", "-G", "Ninja"],
                "meson": ["meson", "setup", root / "build", root]}[system]

    def warm_cmake(self, root):
        """CMake keeps what it found out about the compiler in the build directory. What a project of nothing leaves there is kept, to be
        put back before each first run."""
        real, aside = root / "CMakeLists.txt", root / "CMakeLists.aside"
        real.rename(aside)
        real.write_text("cmake_minimum_required(VERSION 3.25)\nproject(bench LANGUAGES C)\n")
        run(self.generate("cmake", root))
        aside.rename(real)
        (root / "build").rename(root / "warm")
        shutil.copytree(root / "warm", root / "build")

    def first(self, system, root):
        """Generating where nothing was generated yet."""
        def prepare():
            shutil.rmtree(root / "build", ignore_errors=True)
            if system == "cmake":
                shutil.copytree(root / "warm", root / "build")
        return Side(self.generate(system, root), prepare)

    def again(self, system, root):
        return Side(self.generate(system, root))

    def anew(self, root):
        """Ours with all to be worked out and written again, but for what stands in the project for people."""
        return Side(self.generate("aibuild", root), lambda: (root / "build" / "build.ninja").unlink())

    def finished(self, system, files):
        """A tree of this system that looks built."""
        root = self.wide(system, files)
        if not (root / "build" / ".ninja_log").exists():
            ninja_graph.finish(root / "build")
        return root


def against_gn(bench, files, bar):
    ours, theirs = bench.wide("aibuild", files), bench.wide("gn", files)
    # GN is quicker where its files are there already, as ours are not: the bar holds there too.
    emit, again = alternate(bench.rounds, bench.anew(ours), bench.again("gn", theirs))
    yield compared(f"plan to build.ninja against gn gen over its own files, {files:,} files", bar, emit, again)
    emit, first = alternate(bench.rounds, bench.first("aibuild", ours), bench.first("gn", theirs))
    yield compared(f"plan to build.ninja against gn gen, nothing there, {files:,} files", bar, emit, first)


def against_cmake_first(bench, files, bar):
    ours, theirs = bench.wide("aibuild", files), bench.wide("cmake", files)
    rounds = min(bench.rounds, 3)  # these differ by more than noise
    emit, first = alternate(rounds, bench.first("aibuild", ours), bench.first("cmake", theirs))
    yield compared(f"plan to build.ninja against cmake's first run, {files:,} files", bar, emit, first)


def against_cmake_again(bench, files, bar):
    ours, theirs = bench.wide("aibuild", files), bench.wide("cmake", files)
    emit, again = alternate(min(bench.rounds, 3), bench.anew(ours), bench.again("cmake", theirs))
    yield compared(f"plan to build.ninja against cmake's re-run, {files:,} files", bar, emit, again)


def snapshot(root):
    """Every file, how large it is and when it was written."""
    out = {}
    for directory, _, names in os.walk(root):
        for name in names:
            status = os.lstat(os.path.join(directory, name))
            out[os.path.join(directory, name)] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return out


def nothing_changed(bench, files):
    root = bench.wide("aibuild", files)
    run(bench.generate("aibuild", root))
    before = {**snapshot(root), **snapshot(bench.scratch / "home")}
    again = seconds(bench.generate("aibuild", root))
    after = {**snapshot(root), **snapshot(bench.scratch / "home")}
    written = sum(status[1] for path, status in after.items() if before.get(path) != status)
    first, again = alternate(bench.rounds, bench.first("aibuild", root), bench.again("aibuild", root))
    yield compared(f"nothing changed: emit again, against the first, {files:,} files", 0.3, again, first)
    yield {"what": f"nothing changed: bytes written by emit, {files:,} files", "ratio": written, "bar": 0,
           "written": [os.path.relpath(path, root) for path, status in after.items() if before.get(path) != status][:10]}


def bytes_of_files(bench, files):
    ours = (bench.wide("aibuild", files) / "build" / "build.ninja").stat().st_size
    theirs = sum(path.stat().st_size for path in (bench.wide("gn", files) / "build").rglob("*.ninja"))
    yield {"what": f"bytes of build.ninja against GN's files, {files:,} files", "ratio": round(ours / theirs, 4), "bar": 0.95,
           "ours_bytes": ours, "peer_bytes": theirs}


def nothing_to_do(bench, files):
    ours, theirs = (bench.finished(system, files) / "build" for system in ("aibuild", "cmake"))
    us, them = alternate(3 * bench.rounds, Side(["ninja", "-C", ours]), Side(["ninja", "-C", theirs]))
    for build in (ours, theirs):
        if not ninja_graph.nothing_to_do(build):
            raise Failed(f"{build} had something to do")
    yield compared(f"ninja with nothing to do, our file against CMake's, {files:,} files", 0.85, us, them)


def flags_of(build, root):
    """{source or product: what its command says}, with paths and what belongs to the depfile taken out."""
    out = {}
    for edge in ninja_graph.commands(build):
        if ninja_graph.kind(edge) == "compile":
            words = iter(shlex.split(edge["command"]))
            flags = []
            for word in words:
                if word in ("-o", "-MF", "-MT", "-MQ", "-c"):
                    next(words)
                elif word.startswith("-I"):
                    flags.append("-I" + os.path.relpath(os.path.join(edge["directory"], word[2:]), root))
                elif word != "-MD":
                    flags.append(word)
            out[os.path.relpath(os.path.join(edge["directory"], edge["file"]), root)] = sorted(flags)
    return out


def ran(build):
    """How many compile, archive and link edges ninja runs now."""
    out = run(["ninja", "-C", build, "-v"])
    return collections.Counter("compile" if " -c " in line else "archive" if "ar " in line and ".a" in line else "link"
                               for line in out.splitlines() if line.startswith("["))


def builds(bench, files):
    """Ours against CMake's file of the same plan, which has the same flags; and CMake's against itself: the noise."""
    ours = bench.wide("aibuild", files)
    bench.wide("cmake", files)  # the graphs are equal
    builds_of = {"ours": ours / "build", "theirs": ours / "cmake-build", "again": ours / "cmake-again"}
    for name in ("theirs", "again"):
        run(["cmake", "-S", ours, "-B", builds_of[name], "-G", "Ninja"])
    flags = {name: flags_of(build, ours) for name, build in builds_of.items()}
    if flags["ours"] != flags["theirs"]:
        odd = [(source, flags["ours"].get(source), flags["theirs"].get(source)) for source in flags["ours"]
               if flags["ours"][source] != flags["theirs"].get(source)]
        raise Failed(f"the compiles differ from CMake's: {odd[:2]}")

    def clean(build):
        return lambda: subprocess.run(["ninja", "-C", build, "-t", "clean"], check=True, stdout=subprocess.DEVNULL)

    rounds = min(bench.rounds, 4)
    us, them, again = alternate(rounds, *(Side(["ninja", "-C", build], clean(build)) for build in builds_of.values()))
    yield compared(f"full build against CMake's build.ninja, same flags, {files:,} files", 1.0, us, them + again,
                   noise=round(noise(them, again), 4))

    source = ours / projects.wide(files)[-1].sources[-1]
    sets = []
    for build in builds_of.values():
        os.utime(source)
        sets.append(ran(build))
    if not sets[0] == sets[1] == sets[2] or sets[0]["compile"] != 1:
        raise Failed(f"one edited file rebuilds {dict(sets[0])} with our file and {dict(sets[1])} with CMake's")
    us, them, again = alternate(5 * bench.rounds, *(Side(["ninja", "-C", build], lambda: os.utime(source)) for build in builds_of.values()))
    yield compared(f"one-file rebuild against CMake's build.ninja, same flags, {files:,} files", 1.0, us, them + again,
                   noise=round(noise(them, again), 4), edges=dict(sets[0]))


def growth(bench):
    small, large = bench.wide("aibuild", bench.middle), bench.wide("aibuild", bench.large)
    factor = bench.large // bench.middle
    ten, hundred = alternate(bench.rounds, bench.first("aibuild", small), bench.first("aibuild", large))
    yield {"what": f"emit at {bench.large:,} files against {factor} times that at {bench.middle:,}", "bar": 1.2,
           "ratio": round(median(hundred) / (factor * median(ten)), 4), "small_ms": milliseconds(ten), "large_ms": milliseconds(hundred)}


def chains(bench):
    short, long = (bench.root(f"chain-{length}", "aibuild", projects.chain(length)) for length in (bench.short, bench.long))
    factor = bench.long / bench.short
    few, many = alternate(bench.rounds, bench.first("aibuild", short), bench.first("aibuild", long))
    yield {"what": f"emit of a chain of {bench.long:,} libraries against {factor:g} times one of {bench.short:,}", "bar": 1.2,
           "ratio": round(median(many) / (factor * median(few)), 4), "small_ms": milliseconds(few), "large_ms": milliseconds(many),
           "peers": {peer: chain_of_peer(bench, peer) for peer in ("gn", "cmake", "meson")}}


def chain_of_peer(bench, peer):
    """The same of a peer, run once each; its failure, or what it was cut off at."""
    times = []
    for length in (bench.short, bench.long):
        try:
            need(peer)
            root = projects.make(bench.scratch, f"chain-{length}", projects.chain(length), peer)
            times.append(seconds(bench.generate(peer, root), timeout=30))
        except MissingPeer as error:
            return f"not measured: {error}"
        except subprocess.TimeoutExpired:
            return f"more than 30 s at {length:,}"
        except Failed as error:
            return f"fails at {length:,}: {str(error).strip().splitlines()[-1]}"
    return round(times[1] / (bench.long / bench.short * times[0]), 2)


def status(bench, files):
    """Each run finds a log that it has not seen yet."""
    root = bench.finished("aibuild", files)
    state = pathlib.Path(root, "build", ".aibuild", "state.json")
    command = [bench.program, "status", "-C", root]
    us, synced, ninja = alternate(bench.rounds, Side(command, lambda: state.unlink(missing_ok=True)), Side(command),
                                  Side(["ninja", "-C", root / "build", "-n"]))
    yield compared(f"status of a finished build of {files:,} files, log sync included, against ninja -n", 0.5, us, ninja,
                   synced_already_ms=milliseconds(synced))


def memory(bench, files):
    ours, theirs = bench.wide("aibuild", files), bench.wide("gn", files)
    bench.anew(ours).prepare()
    emit, gn = peak_kib(bench.generate("aibuild", ours)), peak_kib(bench.generate("gn", theirs))
    yield {"what": f"peak memory against gn gen, {files:,} files", "ratio": round(emit / gn, 4), "bar": 1.0, "ours_kib": emit, "peer_kib": gn}


def same_graphs(bench, files):
    for system in DESCRIBED:
        bench.wide(system, files)
        yield {"what": f"compile, archive and link edges that {system}'s graph should not have or lacks, {files:,} files",
               "ratio": len(bench.odd_edges(system, files)), "bar": 0}


def table(bench):
    """(a name for --only, the bar, what measures it), in the order of the table."""
    small, middle, large = bench.small, bench.middle, bench.large
    return [
        ("same graphs: gn, cmake, meson", 0, lambda: same_graphs(bench, small)),
        (f"emit against gn gen, {middle:,} files", 0.9, lambda: against_gn(bench, middle, 0.9)),
        (f"emit against gn gen, {large:,} files", 0.6, lambda: against_gn(bench, large, 0.6)),
        (f"emit against cmake's first run, {middle:,} files", 1 / 25, lambda: against_cmake_first(bench, middle, 1 / 25)),
        (f"emit against cmake's re-run, {middle:,} files", 1 / 15, lambda: against_cmake_again(bench, middle, 1 / 15)),
        (f"emit against cmake's first run, {large:,} files", 1 / 40, lambda: against_cmake_first(bench, large, 1 / 40)),
        (f"emit against cmake's re-run, {large:,} files", 1 / 30, lambda: against_cmake_again(bench, large, 1 / 30)),
        ("nothing changed: emit again", 0.3, lambda: nothing_changed(bench, large)),
        ("bytes of build.ninja against gn's", 0.95, lambda: bytes_of_files(bench, middle)),
        ("ninja with nothing to do against cmake's", 0.85, lambda: nothing_to_do(bench, middle)),
        ("full build and one-file rebuild against cmake's", 1.0, lambda: builds(bench, small)),
        ("growth with files", 1.2, lambda: growth(bench)),
        ("growth with chains", 1.2, lambda: chains(bench)),
        ("status against ninja -n", 0.5, lambda: status(bench, large)),
        ("peak memory against gn gen", 1.0, lambda: memory(bench, large)),
        *building.table(bench),
        *configuring.table(bench),
        *asking.table(bench),
    ]
