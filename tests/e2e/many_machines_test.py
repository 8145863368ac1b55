#!/usr/bin/env python3
"""Builds on more than one machine, with real daemons on loopback that are started and stopped here: ccache with a shared store in Redis and
behind HTTP, and distcc. A second machine is one with an empty local cache.
"""
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

from support import Test, aibuild, ninja, run, scratch, tree

MISSING = [program for program in ("ccache", "redis-server", "distcc", "distccd", "cc") if not shutil.which(program)]
if MISSING:
    print(f"not here: {', '.join(MISSING)} (tool/setup test brings them)", file=sys.stderr)
    sys.exit(1 if os.environ.get("AIBUILD_REQUIRE_TOOLCHAINS") else 77)

SOURCES = 12


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """A program that serves until the with ends."""

    def __init__(self, *argv, port):
        self.argv, self.port = [str(word) for word in argv], port
        self.log = scratch.new("log")

    def __enter__(self):
        with open(self.log, "wb") as log:
            # A group of its own: distccd forks one process for each job.
            self.process = subprocess.Popen(self.argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=scratch.environment(), cwd=scratch.home,
                                            start_new_session=True)
        deadline = time.monotonic() + 30
        while True:
            assert self.process.poll() is None and time.monotonic() < deadline, f"{self.argv} does not start:\n{self.log.read_text()}"
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.02)

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def __exit__(self, *_):
        self.kill()


def redis():
    port = free_port()
    return Daemon(shutil.which("redis-server"), "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", scratch.home,
                  port=port)


def distccd(jobs=4):
    # Started by root it becomes another user, who may not write here: its log goes to what is open already.
    port = free_port()
    return Daemon(shutil.which("distccd"), "--daemon", "--no-detach", "--listen", "127.0.0.1", "--port", port, "--allow", "127.0.0.1", "--jobs", jobs,
                  "--enable-tcp-insecure", "--log-stderr", "--log-level", "info", port=port)


class HttpStore:
    """PUT and GET, from memory."""

    def __init__(self):
        store = self.store = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, code, body=b""):
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def do_PUT(self):
                store[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(201)

            def do_GET(self):
                self.answer(200, store[self.path]) if self.path in store else self.answer(404)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Case(Test):
    def project(self):
        """A program of SOURCES files and a header. All machines have it at the same place: ccache takes the directory into account."""
        root = scratch.new()
        (root / "src").mkdir(parents=True)
        (root / "src/parts.h").write_text("".join(f"int part_{n}(void);\n" for n in range(1, SOURCES)))
        for n in range(1, SOURCES):
            (root / f"src/part_{n}.c").write_text(f'#include "parts.h"\nint part_{n}(void) {{ return {n}; }}\n')
        calls = " + ".join(f"part_{n}()" for n in range(1, SOURCES))
        (root / "src/main.c").write_text(f'#include <stdio.h>\n#include "parts.h"\nint main(void) {{ printf("%d\\n", {calls}); return 0; }}\n')
        plan = {"format": 1, "project": {"name": "parts", "version": "1.0.0", "description": "Parts of a sum."},
                "targets": [{"name": "parts", "kind": "executable", "language": "c",
                             "sources": ["src/main.c"] + [f"src/part_{n}.c" for n in range(1, SOURCES)]}]}
        (root / "aibuild.json").write_text(json.dumps(plan))
        return root

    def emit(self, root, launcher, env):
        return self.passes(aibuild("emit", "-C", root, "--launcher", launcher, env=env))

    def machine(self, **more):
        """The environment on a machine with an empty local cache and no memory of hosts that failed."""
        directory = scratch.new("machine")
        (directory / "distcc").mkdir(parents=True)
        return scratch.environment(CCACHE_DIR=directory / "ccache", DISTCC_DIR=directory / "distcc", DISTCC_FALLBACK=0, **more)

    def fresh_build(self, root, env, *arguments):
        """Builds everything; what was built, by content."""
        shutil.rmtree(root / "build/obj", ignore_errors=True)
        shutil.rmtree(root / "build/bin", ignore_errors=True)
        ran = self.passes(ninja(root / "build", *arguments, env=env))
        self.assertEqual(len([edge for edge in ran.edges if edge.startswith("CC ")]), SOURCES)
        self.works(root)
        # Both launchers keep what the compiler wrote into its depfile.
        deps = self.passes(run("ninja", "-C", root / "build", "-t", "deps", "obj/parts/src/part_1.c.o")).out
        self.assertIn("../src/parts.h", deps)
        self.nothing_to_do(root / "build")
        return {path: what[1] for path, what in tree(root / "build/obj").items() if path.endswith(".o")}

    def works(self, root):
        self.assertEqual(self.passes(run(root / "build/bin/parts")).out, f"{SOURCES * (SOURCES - 1) // 2}\n")

    def statistics(self, env):
        text = self.passes(run("ccache", "--print-stats", env=env)).out
        return {name: int(number) for name, number in (line.split("\t") for line in text.splitlines())}

    def doctor(self, root, env):
        ran = aibuild("doctor", "-C", root, "--json", env=env)
        return ran.code, {check["what"]: check for check in json.loads(ran.out)["checks"]}


class SharedStore(Case):
    def second_machine_gets_all(self, store):
        root = self.project()
        first, second = self.machine(CCACHE_REMOTE_STORAGE=store), self.machine(CCACHE_REMOTE_STORAGE=store)
        self.emit(root, "ccache", first)
        objects = self.fresh_build(root, first)
        counts = self.statistics(first)
        self.assertEqual((counts["cache_miss"], counts["remote_storage_hit"]), (SOURCES, 0))
        self.assertEqual(self.fresh_build(root, second), objects)
        counts = self.statistics(second)
        self.assertEqual((counts["remote_storage_hit"], counts["cache_miss"], counts["remote_storage_error"]), (SOURCES, 0, 0))
        self.assertEqual(counts["direct_cache_hit"] + counts["preprocessed_cache_hit"], SOURCES)
        code, checks = self.doctor(root, self.machine(CCACHE_REMOTE_STORAGE=store))
        self.assertEqual((code, checks["ccache's shared store"]["ok"], checks["ccache's shared store"]["required"]), (0, True, True), checks)
        self.assertEqual(self.statistics(second), counts, "doctor has a cache of its own")

    def test_redis(self):
        with redis() as server:
            self.second_machine_gets_all(f"redis://127.0.0.1:{server.port}")

    def test_http(self):
        with HttpStore() as server:
            self.second_machine_gets_all(server.url)
            self.assertGreaterEqual(len(server.store), SOURCES)

    def test_a_store_that_dies_loses_nothing(self):
        root = self.project()
        with redis() as server:
            env = self.machine(CCACHE_REMOTE_STORAGE=f"redis://127.0.0.1:{server.port}")
            self.emit(root, "ccache", env)
            building = subprocess.Popen(["ninja", "-C", root / "build", "-j", "1"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait_for_objects(root, building)
            server.kill()
            left = SOURCES - len(list((root / "build/obj").rglob("*.o")))
            self.assertEqual(building.wait(timeout=120), 0)
        self.assertGreater(left, 0, "it died too late")
        self.works(root)
        self.nothing_to_do(root / "build")
        self.assertGreater(self.statistics(env)["remote_storage_error"], 0)
        code, checks = self.doctor(root, env)
        self.assertEqual((code, checks["ccache's shared store"]["ok"]), (1, False))
        self.assertIn("can't reach it", checks["ccache's shared store"]["why"])
        self.assertIn("CCACHE_REMOTE_STORAGE", checks["ccache's shared store"]["fix"])

    def test_a_password_is_not_shown(self):
        ran = aibuild("doctor", "-C", self.project(), env=self.machine(CCACHE_REMOTE_STORAGE="redis://me:secret@127.0.0.1:1"))
        self.assertIn("redis://...@127.0.0.1:1", ran.out)
        self.assertNotIn("secret", ran.out + ran.err)


def wait_for_objects(root, building):
    """Until the first object is whole, which it is when the second one is begun, and the build still runs."""
    deadline = time.monotonic() + 60
    while len(list((root / "build/obj").rglob("*.o"))) < 2:
        assert building.poll() is None and time.monotonic() < deadline
        time.sleep(0.002)


def compiled(log):
    return re.findall(r"COMPILE_OK exit:0 .*?([a-z_0-9]+\.c)$", log.read_text(), re.M)


class Distributed(Case):
    def test_compiles_run_on_the_host(self):
        root = self.project()
        with distccd() as server:
            env = self.machine(DISTCC_HOSTS=f"127.0.0.1:{server.port}/8")
            self.emit(root, "none", env)
            said = self.emit(root, "distcc", env)
            self.assertIn(f"launcher: distcc (was none): every compile step will run again: {SOURCES} steps", said.err)
            self.assertIn("distcc's hosts take 8 compiles at a time: ninja -j 8.", said.err)
            cores = len(os.sched_getaffinity(0))
            text = (root / "build/build.ninja").read_text()
            self.assertIn(f"pool local\n  depth = {cores}\n", text)
            rules = dict(re.findall(r"^rule (\S+)\n((?:  .*\n)*)", text, re.M))
            self.assertNotIn("pool", rules["parts.compile"])
            self.assertRegex(rules["parts"], r"(?m)^  pool = (local|memory)$")
            self.assertLessEqual(max(map(int, re.findall(r"^  depth = (\d+)$", text, re.M))), cores)
            objects = self.fresh_build(root, env, "-j", "8")
            self.assertEqual(sorted(compiled(server.log)), sorted(["main.c"] + [f"part_{n}.c" for n in range(1, SOURCES)]))
            code, checks = self.doctor(root, env)
            self.assertEqual((code, checks[f"distcc's host 127.0.0.1:{server.port}/8"]["ok"]), (0, True), checks)
            # The same objects as without.
            plain = self.machine()
            self.emit(root, "none", plain)
            self.assertEqual(self.fresh_build(root, plain), objects)

    def test_a_host_that_dies_loses_nothing(self):
        root = self.project()
        with distccd() as server:
            env = self.machine(DISTCC_HOSTS=f"127.0.0.1:{server.port}/4", DISTCC_IO_TIMEOUT="10")
            env["DISTCC_FALLBACK"] = "1"  # distcc's own way, and what people have
            self.emit(root, "distcc", env)
            building = subprocess.Popen(["ninja", "-C", root / "build", "-j", "1"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait_for_objects(root, building)
            server.kill()
            left = SOURCES - len(list((root / "build/obj").rglob("*.o")))
            self.assertEqual(building.wait(timeout=120), 0)
        self.assertGreater(left, 0, "it died too late")
        self.assertGreater(len(compiled(server.log)), 0)
        self.assertLess(len(compiled(server.log)), SOURCES)
        self.works(root)
        self.nothing_to_do(root / "build")
        code, checks = self.doctor(root, env)
        check = checks[f"distcc's host 127.0.0.1:{server.port}/4"]
        self.assertEqual((code, check["ok"], check["required"]), (1, False, True))
        self.assertIn("distccd", check["fix"])

    def test_without_hosts(self):
        root = self.project()
        env = self.machine(DISTCC_HOSTS="localhost")
        self.emit(root, "distcc", env)
        code, checks = self.doctor(root, env)
        self.assertEqual((code, checks["distcc"]["ok"]), (1, False))
        self.assertIn("DISTCC_HOSTS", checks["distcc"]["fix"])

    def test_both_launchers(self):
        root = self.project()
        with redis() as store, distccd() as server:
            variables = {"CCACHE_REMOTE_STORAGE": f"redis://127.0.0.1:{store.port}", "DISTCC_HOSTS": f"127.0.0.1:{server.port}/4"}
            first, second = self.machine(**variables), self.machine(**variables)
            self.emit(root, "ccache distcc", first)
            objects = self.fresh_build(root, first, "-j", "4")
            self.assertEqual(len(compiled(server.log)), SOURCES, "what no cache had was compiled by the host")
            self.assertEqual(self.fresh_build(root, second), objects)
            self.assertEqual(len(compiled(server.log)), SOURCES, "what the store had was not")
            self.assertEqual(self.statistics(second)["remote_storage_hit"], SOURCES)


if __name__ == "__main__":
    unittest.main(verbosity=2)
