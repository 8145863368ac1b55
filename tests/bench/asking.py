"""The rows about asking models: how long a plan takes beside what its answers take, and what a stream costs. The models are
streaming.Server on this machine; each run of `new` has a cache of its own, so that it asks for everything.
"""
import itertools
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import time

from measuring import Failed, MissingPeer, Side, alternate, run
from streaming import END, Server, event

FORTY = json.loads(pathlib.Path(__file__).with_name("forty-files.json").read_text(encoding="utf-8"))
MIB = 1 << 20
# Of tool/inference: an answer's text, its body.
TEXT_CAP, BODY_CAP = 4 * MIB, 16 * MIB

# What is planned where only one answer matters.
ONE_FILE = {"format": 1, "project": {"name": "one", "version": "1.0.0", "description": "One file."},
            "targets": [{"name": "one", "kind": "executable", "language": "c", "sources": ["one.c"]}],
            "files": [{"path": "one.c", "purpose": "All of it."}]}


def waits_for(plan):
    """{file: those that arrive before it is asked for}, as tool/prompting/file_order.cpp has it, for plans whose files need no others
    by name: headers of used targets first, then a target's own, then its tests, then the code that they judge."""
    planned = {file["path"] for file in plan["files"]}
    targets = {target["name"]: target for target in plan["targets"]}
    after = {path: set() for path in planned}

    def of(name, what):
        return planned.intersection(targets[name].get(what, ()))

    def used_headers(name):
        return set().union(*(used_headers(used) | of(used, "headers") for used in targets[name].get("uses", ())))

    for name, target in targets.items():
        for header in of(name, "headers"):
            after[header] |= used_headers(name)
        for source in of(name, "sources"):
            after[source] |= used_headers(name) | of(name, "headers") | of(name, "data")
    for name, target in targets.items():
        for used in target.get("uses", ()) if target["kind"] == "test" else ():
            for source in of(used, "sources"):
                after[source] |= of(name, "sources")
    return after


def longest_chain(after, seconds):
    """From the first request to the last answer, were all asked for as soon as they can be."""
    ends = {}

    def end(path):
        if path not in ends:
            ends[path] = seconds[path] + max(map(end, after[path]), default=0)
        return ends[path]
    return seconds["brief"] + seconds["plan"] + max(map(end, after))


def environment(server, cache):
    """Of somebody who never asked anybody, this server first."""
    host = {name: value for name, value in os.environ.items() if not name.startswith(("AIBUILD_", "OPENAI_"))}
    return {**host, "OPENAI_BASE_URL": server.url, "AIBUILD_MODEL": "measured", "XDG_CACHE_HOME": str(cache)}


MADE = itertools.count(1)


def new(bench, server, description, *flags):
    """(argv, environment, where it is made), of a directory that is not there yet."""
    root = bench.scratch / f"asked-{next(MADE)}"
    return [bench.program, "new", description, "-C", root, "--yes", *flags], environment(server, f"{root}-cache"), root


def text_of(path):
    return f"// {path}\n" * 40


def forty(scale):
    """Answers the plan's requests, `scale` times as slowly as it says."""
    texts = {"brief": json.dumps(FORTY["brief"]), "plan": json.dumps(FORTY["plan"])}

    async def answer(asked, stream):
        await stream.text(texts.get(asked.what) or text_of(asked.what), FORTY["seconds"][asked.what] * scale)
    return answer


def check_order(requests, after):
    """Nothing was asked twice, or before what it waits for had been answered: the bound is of the order that was kept."""
    by = {asked.what: asked for asked in requests}
    if len(requests) != len(FORTY["plan"]["files"]) + 2 or len(by) != len(requests):
        raise Failed(f"{len(requests)} requests for {len(by)} answers")
    for path, before in after.items():
        for each in ("brief", "plan", *before):
            if by[each].answered is None or by[each].answered > by[path].came + 0.005:
                raise Failed(f"{path} was asked for before {each} had arrived")


def forty_files(bench):
    after, seconds = waits_for(FORTY["plan"]), FORTY["seconds"]
    chain, total = longest_chain(after, seconds), sum(seconds.values())
    if (round(chain, 6), round(total, 6)) != (FORTY["longest_chain"], FORTY["sum_of_seconds"]):
        raise Failed(f"forty-files.json states another chain and sum than {chain:g} s and {total:g} s, which its plan has")
    scale = min(1, bench.files / 50_000)

    def once(jobs, slowness):
        with Server(forty(slowness)) as server:
            argv, env, _ = new(bench, server, FORTY["description"], "-j", str(jobs))
            begin = time.perf_counter()
            run(argv, env=env)
            took = time.perf_counter() - begin
        if server.errors:
            raise Failed(server.errors[0])
        check_order(server.requests, after)
        return took

    for jobs in (4, 16):
        bound = scale * max(chain, total / jobs)
        whole, nothing = [], []
        for _ in range(min(bench.rounds, 2)):  # what is measured mostly sleeps, always equally long
            whole.append(once(jobs, scale))
            nothing.append(once(jobs, 0))
        yield {"what": f"a plan of 40 files, -j {jobs}, against max(longest chain, sum of latencies / j)", "bar": 1.1,
               "ratio": round(statistics.median(whole) / bound, 4), "seconds": round(statistics.median(whole), 2), "bound": round(bound, 2),
               "with_no_latency": round(statistics.median(nothing), 2)}


def cpu_seconds(pid):
    """On a processor so far, all threads of it and no child."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


class Metered:
    """One file's answer at 1,000 events a second, and the processor time that its reader takes from the first to the last."""

    def __init__(self, seconds):
        self.events = int(1000 * seconds)
        self.pid = None
        self.took = None

    async def __call__(self, asked, stream):
        if asked.what != "one.c":
            await stream.text(json.dumps(FORTY["brief"] if asked.what == "brief" else ONE_FILE), 0)
            return
        stream.begin()
        stream.now(event({"role": "assistant", "content": ""}))
        time.sleep(0.2)  # so that what it does once is done
        begin, cpu = time.monotonic(), cpu_seconds(self.pid)
        for n in range(self.events):
            # The loop would sleep whole milliseconds, and nobody else is on it.
            time.sleep(max(0, begin + n / 1000 - time.monotonic()))
            stream.now(event({"content": f" word{n % 100}"}))
        seconds = time.monotonic() - begin
        time.sleep(0.05)
        self.took = (cpu_seconds(self.pid) - cpu) / (stream.bytes / 1e6)
        self.rate, self.megabytes = self.events / seconds, stream.bytes / 1e6
        await stream.send(END)


def read_at_1_khz(bench):
    """Both sides read the same answer. Their start is not in it, nor the compilers that ours asks for their versions: the kernel's count of
    each is read when the stream begins and again when all but its end was read."""
    if not shutil.which("curl"):
        raise MissingPeer("curl is not on PATH (Debian: apt-get install curl)")
    seconds = 20 * min(1, bench.files / 50_000)
    question = bench.scratch / "question.json"
    question.write_text(json.dumps({"messages": [{"role": "user", "content": "Write one.c."}], "stream": True}))

    def ours(server):
        argv, env, _ = new(bench, server, "one file in C")
        return argv, env

    def curl(server):
        return ["curl", "-N", "-s", "-H", "Content-Type: application/json", "-d", f"@{question}", server.url + "/chat/completions"], None

    times = {ours: [], curl: []}
    for n in range(min(bench.rounds, 5)):
        for side in (ours, curl) if n % 2 == 0 else (curl, ours):
            metered = Metered(seconds)
            with Server(metered) as server:
                argv, env = side(server)
                with subprocess.Popen(list(map(str, argv)), env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.PIPE, text=True) as process:
                    metered.pid = process.pid
                    said = process.communicate()[1]
            if process.returncode != 0 or metered.took is None:
                raise Failed(f"{argv[0]}: exit code {process.returncode}\n{said[-2000:]}{server.errors}")
            times[side].append(metered.took)
    us, them = times[ours], times[curl]
    yield {"what": "processor time of a streamed megabyte, one event a write at 1 kHz, against curl -N", "bar": 1.5,
           "ratio": round(statistics.median(us) / statistics.median(them), 4),
           "ours_ms_a_mb": [round(1000 * each, 1) for each in us], "peer_ms_a_mb": [round(1000 * each, 1) for each in them],
           "megabytes": round(metered.megabytes, 2), "events_a_second": round(metered.rate)}


def second_run(bench):
    with Server(forty(0)) as server:
        argv, env, root = new(bench, server, FORTY["description"])
        run(argv, env=env)
        first = len(server.requests)
        again, version = alternate(3 * bench.rounds, Side(argv, env=env), Side([bench.program, "--version"], env=env))
        asked = len(server.requests) - first
    if not (root / FORTY["plan"]["files"][-1]["path"]).exists():
        raise Failed("the project of 40 files was not made")
    yield {"what": "requests of a second run of a project of 40 files", "ratio": asked, "bar": 0, "of_the_first": first}
    yield {"what": "a second run of a project of 40 files, against --version", "bar": 3,
           "ratio": round(statistics.median(again) / statistics.median(version), 4),
           "ours_ms": round(1000 * statistics.median(again), 2), "version_ms": round(1000 * statistics.median(version), 2)}


def memory(pid, which):
    """VmRSS: what it has now; VmHWM: the most that it had so far. 0 when it has ended."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(which)), 0)


class Flood:
    """200 MB for one file's answer, and the memory of its reader before it."""

    SIZE = 200_000_000

    def __init__(self, kind, piece):
        self.kind, self.piece = kind, piece
        self.pid = None
        self.idle = 0
        self.sent = 0

    async def __call__(self, asked, stream):
        if asked.what != "one.c":
            await stream.text(json.dumps(FORTY["brief"] if asked.what == "brief" else ONE_FILE), 0)
            return
        self.idle = self.idle or memory(self.pid, "VmRSS")
        stream.begin(self.kind)
        try:
            while stream.bytes < self.SIZE:
                await stream.send(self.piece)
        finally:
            self.sent = max(self.sent, stream.bytes)


def refused_floods(bench):
    letters = "x" * 1000
    floods = (("of text", TEXT_CAP, "text/event-stream", event({"content": letters})),
              ("of thinking", BODY_CAP, "text/event-stream", event({"reasoning_content": letters})),
              ("that is no stream of events", BODY_CAP, "application/json", b" " * 999 + b"["))
    for what, cap, kind, piece in floods:
        flood = Flood(kind, piece)
        with Server(flood) as server:
            argv, env, _ = new(bench, server, "one file in C")
            with subprocess.Popen(list(map(str, argv)), env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True) as process:
                flood.pid = process.pid
                peak = 0
                while process.poll() is None:
                    peak = max(peak, memory(process.pid, "VmHWM"))
                    time.sleep(0.002)
                said = process.stderr.read()
        if process.returncode in (0, -6, -11) or not 0 < flood.sent < flood.SIZE // 2 or not flood.idle:
            raise Failed(f"the flood {what} was not refused: exit code {process.returncode}, {flood.sent} bytes sent\n{said[-2000:]}")
        yield {"what": f"peak memory above idle while 200 MB {what} are refused, against 16 MiB and the cap", "bar": 1,
               "ratio": round((peak - flood.idle) / (16 * MIB + cap), 4), "above_idle_kib": (peak - flood.idle) // 1024,
               "cap_kib": cap // 1024, "sent_kib": flood.sent // 1024}


def table(bench):
    """As rows.table."""
    return [
        ("a plan of 40 files against its latencies", 1.1, lambda: forty_files(bench)),
        ("processor time of a stream against curl -N", 1.5, lambda: read_at_1_khz(bench)),
        ("a second run of 40 files", 3, lambda: second_run(bench)),
        ("peak memory while a flood is refused", 1, lambda: refused_floods(bench)),
    ]
