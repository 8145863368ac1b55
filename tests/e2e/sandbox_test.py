#!/usr/bin/env python3
"""The sandbox of `aibuild-gen build`: hostile steps that try what a step is not to do, as root and as somebody else, and a machine without
bubblewrap. A build directory that AIBuild did not write is what they stand in: nothing of a plan keeps them.
"""
import json
import os
import pathlib
import shutil
import socket
import stat
import subprocess
import unittest

from support import PROGRAM, Test, aibuild, run, scratch, tree
from terminal import Person

ROOT = os.geteuid() == 0
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] if ROOT else []


def project(*commands, name="project"):
    """One step a command, after each other; what they print is in the order of the steps."""
    root = scratch.new(name)
    (root / "build").mkdir(parents=True)
    text = "rule run\n  command = $c\n  description = RUN $out\n"
    for n, command in enumerate(commands):
        text += f"build step{n}: run {f'step{n - 1}' if n else ''}\n  c = {command.replace('$', '$$')}; touch step{n}\n"
    (root / "build/build.ninja").write_text(text)
    return root


def build(root, *arguments, env=None, before=(), **options):
    return run(*before, PROGRAM, "build", "-C", root, *arguments, env=env or scratch.environment(), **options)


def control_groups():
    """Those that nobody holds any more: another test may be building at the same time."""
    return {path for path in pathlib.Path("/sys/fs/cgroup").rglob("aibuild-*")
            if path.is_dir() and not pathlib.Path("/proc", path.name.split("-")[1]).exists()}


def recorded(root):
    runs = sorted((root / "build/.aibuild/runs").glob("*.json"), key=lambda path: int(path.stem))
    return json.loads(runs[-1].read_text())


class Sandbox(Test):
    def built(self, root, *arguments, **options):
        return self.passes(build(root, "--sandbox", "require", *arguments, **options))

    def tries(self, *commands, root=None, **options):
        """Runs commands of which each has to fail; gives back what they said."""
        root = root or project(*(f"if ({command}) 2>&1; then echo BROKE OUT {n}; fi" for n, command in enumerate(commands)))
        ran = self.built(root, **options)
        self.assertNotIn("BROKE OUT", ran.out, f"\n{ran}")
        return root, ran

    def users(self):
        """As who this runs, and as nobody where that is root: capabilities are no help then."""
        yield "self", ()
        if ROOT:
            yield "nobody", NOBODY

    def test_what_is_protected_and_there(self):
        for user, before in self.users():
            with self.subTest(user):
                root = project(*(f"if ({command}) 2>&1; then echo BROKE OUT; fi" for command in (
                    "echo evil > ../.git/hooks/pre-commit", "rm -rf ../.git/hooks/sample", "mv ../.git ../away", "rm -rf ../.git",
                    "echo {} > ../.aibuild/config.json", "touch ../.aibuild/responses", "echo x >> ../aibuild.lock.json",
                    "mv ../aibuild.lock.cmake ../away", "ln -f build.ninja ../aibuild.lock.json", "echo x >> .aibuild/emit.json",
                    "mv .aibuild away", "mv ../build ../away", "rm ../aibuild.lock.json", "ln ../aibuild.lock.json hard && echo x >> hard",
                    "unshare -Urm sh -c 'umount ../.git && touch ../.git/x'",
                    "unshare -Urm sh -c 'mount -o remount,rw,bind ../.git && touch ../.git/x'")))
                for path in (".git/hooks/sample", ".aibuild/config.json", "aibuild.lock.json", "aibuild.lock.cmake", "build/.aibuild/emit.json"):
                    (root / path).parent.mkdir(parents=True, exist_ok=True)
                    (root / path).write_text("{}\n" if path.endswith("json") else "real\n")
                (root / ".aibuild/config.json").write_text('{"format": 1}\n')
                if before:
                    run("chown", "-R", "65534:65534", root)
                    root.parent.chmod(0o755)
                    scratch.path.chmod(0o755)
                protected = [tree(root / name) for name in (".git", ".aibuild")]
                self.tries(root=root, before=before)
                self.assertEqual([tree(root / name) for name in (".git", ".aibuild")], protected)
                self.assertEqual([(root / name).read_text() for name in ("aibuild.lock.json", "aibuild.lock.cmake")], ["{}\n", "real\n"])

    def test_what_is_protected_and_not_there(self):
        root, ran = self.tries("mkdir -p ../.git/hooks", "mkdir ../.aibuild", "touch ../.aibuild/config.json", "echo x > ../aibuild.lock.json",
                               "echo x > ../aibuild.lock.cmake", "rmdir ../.git && mkdir ../.git", "rm -f ../aibuild.lock.json",
                               "mv ../.git ../git && mkdir ../.git", "ln -s /tmp ../.aibuild", "touch .aibuild/x")
        self.assertEqual(sorted(os.listdir(root)), ["build"], f"\n{ran}")
        # What a kill has left of such a stand-in goes with the next build.
        (root / ".git").mkdir()
        (root / "aibuild.lock.json").touch()
        (root / "build/step0").unlink()
        self.built(root)
        self.assertEqual(sorted(os.listdir(root)), ["build"])

    def test_a_stand_in_of_two_builds_stays_for_the_second(self):
        root = project("touch first; sleep 1; mkdir ../.git/hooks")
        other = root / "other"
        shutil.copytree(root / "build", other)
        (other / "build.ninja").write_text((root / "build/build.ninja").read_text().replace("touch first; sleep 1", "touch second; sleep 3"))
        both = [subprocess.Popen([PROGRAM, "build", "-C", root, "-o", directory, "--sandbox", "require"], env=scratch.environment(),
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for directory in (root / "build", other)]
        said = [each.communicate(timeout=30)[0].decode() for each in both]
        self.assertEqual([text.count("Read-only file system") for text in said], [1, 1], said)
        self.assertFalse((root / ".git").exists(), said)

    def test_a_link_in_a_protected_place_is_refused(self):
        root = project("true")
        (root / ".git").symlink_to(root.parent)
        self.refused(build(root), 6, "sandbox.link", str(root / ".git"))

    def test_the_project_is_writable(self):
        root = project("echo made > ../made; mkdir -p ../src; echo new > ../src/file; echo $HOME > home; cp /dev/null /tmp/x")
        self.built(root)
        self.assertEqual((root / "made").read_text(), "made\n")
        self.assertEqual((root / "src/file").stat().st_uid, os.geteuid())

    def test_nothing_else_is(self):
        (scratch.home / "secret").write_text("the key\n")
        outside = scratch.new("outside")
        outside.mkdir()
        self.tries("touch /etc/evil", "touch /usr/evil", "touch /evil", f"touch {outside}/evil", f"ls {outside}", "cat $HOME/secret",
                   "test -e /root/.bashrc", "ls /home/*/", "old=$(cat /proc/sys/kernel/core_pattern) && echo \"$old\" > /proc/sys/kernel/core_pattern",
                   "test -e /run/docker.sock", "ls /sys/kernel", "echo x > /dev/tty", "mknod dev b 8 0 && dd if=dev of=/dev/null count=1",
                   "chroot / true", f"kill -0 {os.getpid()}", "mount -t tmpfs none /mnt")
        root = project("mkdir -p $HOME/.config; echo evil > $HOME/.bashrc; cat $HOME/.bashrc; ls -A $HOME")
        self.assertIn("evil", self.built(root).out)
        self.assertFalse((scratch.home / ".bashrc").exists())

    def test_no_key_is_in_its_environment(self):
        secrets = {"OPENAI_API_KEY": "k1-secret", "AIBUILD_API_KEY": "k2-secret", "MY_TOKEN": "k3-secret", "github_token": "k4-secret",
                   "DB_PASSWORD": "k5-secret", "AWS_SESSION": "k6-secret", "DATABASE_URL": "postgres://me:k7-secret@host/db", "X_SECRET_Y": "k8-secret",
                   "SSH_AUTH_SOCK": "/k9-secret"}
        root = project("env; cat /proc/*/environ | tr '\\0' '\\n'")
        ran = self.built(root, env=scratch.environment(**secrets, GREETING="hello", CFLAGS="-O1"))
        self.assertNotIn("-secret", ran.out, f"\n{ran}")
        self.assertIn("GREETING=hello", ran.out)
        self.assertIn("CFLAGS=-O1", ran.out)

    def test_no_key_of_the_kernels_keyring(self):
        add = "import ctypes, os, sys; print(ctypes.CDLL(None).syscall(248, b'user', b'aibuild-test', b'topsecret', 9, -4)); sys.stdout.flush(); os.execv(sys.argv[1], sys.argv[1:])"
        read = ("import ctypes\nlibc = ctypes.CDLL(None)\nfor ring in (-3, -4, -5):\n  text = ctypes.create_string_buffer(64)\n"
                "  key = libc.syscall(250, 10, ring, b'user', b'aibuild-test', 0)\n  libc.syscall(250, 11, key, text, 64, 0)\n  print(text.value)\n")
        if os.uname().machine != "x86_64":
            self.skipTest("these numbers of system calls are x86-64's")
        for sandbox, seen in (("require", False), ("off", True)):
            root = project("python3 ../read.py")
            (root / "read.py").write_text(read)
            ran = self.passes(run("python3", "-c", add, PROGRAM, "build", "-C", root, "--sandbox", sandbox, env=scratch.environment()))
            if not seen or not ran.out.startswith("-1"):  # a container may allow no keys at all
                self.assertEqual("topsecret" in ran.out, seen, f"\n{ran}")

    def test_no_network(self):
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            port = server.getsockname()[1]
            connect = f"python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}), 2)'"
            self.tries(connect, env=scratch.environment())
            # So that it is known to be a way out where there is one.
            self.passes(build(project(connect), "--sandbox", "off"))

    def test_processes_and_memory_are_limited_or_named(self):
        # Those that stay behind end with the sandbox.
        fork = ("import os, time\nn = 0\ntry:\n  for n in range(8000):\n    if os.fork() == 0:\n      os.closerange(0, 3)\n"
                "      time.sleep(60)\n      os._exit(0)\nexcept OSError: pass\nprint('forked', n)\n")
        for user, before in self.users():
            with self.subTest(user):
                # Of memory only that there is a limit: to fill that of the machine is no test. unit-sandbox does, with a small one.
                root = project("cat /proc/self/cgroup", "python3 ../fork.py")
                (root / "fork.py").write_text(fork)
                if before:
                    run("chown", "-R", "65534:65534", root)
                    root.parent.chmod(0o755)
                    scratch.path.chmod(0o755)
                groups = control_groups()
                ran = self.built(root, before=before, timeout=120)
                sandbox = recorded(root)["run"]["sandbox"]
                forked = int(ran.out.split("forked ")[1].split()[0])
                if "number of processes" in sandbox:
                    self.assertIn("nothing limits the number of processes", ran.err)
                else:
                    self.assertLess(forked, 7999, f"\n{ran}")
                if "memory" in sandbox:
                    self.assertRegex(ran.err, "nothing limits .*memory")
                else:
                    self.assertRegex(ran.out, r"(memory|0:):.*/aibuild-\d+", f"\n{ran}")
                self.assertEqual(control_groups() - groups, set())

    def test_tmp_has_a_size_and_is_its_own(self):
        root = project("df -k /tmp /dev/shm $HOME | awk 'NR>1 {print \"size\", $2}'; ls -A /tmp")
        ran = self.built(root)
        sizes = [int(line.split()[1]) for line in ran.out.splitlines() if line.startswith("size ")]
        self.assertEqual(len(sizes), 3, f"\n{ran}")
        self.assertLess(max(sizes), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024 // 2)

    def test_a_toolchain_in_the_home_is_there_and_read_only(self):
        installed = scratch.home / ".tools/thing-1.0"
        (installed / "bin").mkdir(parents=True)
        (installed / "lib").mkdir()
        (installed / "lib/data").write_text("data of the tool\n")
        (installed / "bin/tool").write_text('#!/bin/sh\ncat "$(dirname "$(readlink -f "$0")")/../lib/data"\n')
        (installed / "bin/tool").chmod(0o755)
        cargo = scratch.home / ".cargo"
        (cargo / "bin").mkdir(parents=True)
        (cargo / "credentials.toml").write_text("token\n")
        (cargo / "bin/tool").symlink_to(installed / "bin/tool")
        (scratch.home / ".ssh").mkdir()
        root = project("tool", f"if touch {installed}/evil {cargo}/bin/evil 2>&1; then echo BROKE OUT; fi",
                       f"if cat {cargo}/credentials.toml 2>&1; then echo BROKE OUT; fi", "ls -A $HOME")
        ran = self.built(root, env=scratch.environment(PATH=f"{cargo}/bin:{os.environ['PATH']}"))
        self.assertIn("data of the tool", ran.out)
        self.assertNotIn("BROKE OUT", ran.out, f"\n{ran}")
        self.assertNotIn(".ssh", ran.out)

    def test_a_directory_that_the_person_names_can_be_read(self):
        data = scratch.new("data")
        data.mkdir()
        (data / "file").write_text("of another place\n")
        root = project(f"cat {data}/file; touch {data}/evil || true")
        ran = self.built(root, env=scratch.environment(AIBUILD_SANDBOX_READ=data))
        self.assertIn("of another place", ran.out)
        self.assertFalse((data / "evil").exists())

    def test_a_pipe_or_an_endless_file_in_the_build_directory(self):
        """What a step has left there makes nobody wait, and fills nobody's memory."""
        for name in ("CMakeCache.txt", "tests/t.passed", ".aibuild/emit.json", ".ninja_log"):
            for kind in ("pipe", "endless"):
                with self.subTest(name=name, kind=kind):
                    root = project("true")
                    path = root / "build" / name
                    path.parent.mkdir(exist_ok=True)
                    if kind == "pipe":
                        os.mkfifo(path)
                    else:
                        path.symlink_to("/dev/zero")
                    command = ("status", "-C", root) if name == ".ninja_log" else ("build", "-C", root, "--sandbox", "require")
                    ran = run("sh", "-c", 'ulimit -v 4000000; exec "$@"', "sh", PROGRAM, *command, env=scratch.environment(), timeout=20)
                    self.assertGreaterEqual(ran.code, 0, f"\n{ran}")

    def test_a_project_that_holds_the_home_is_refused(self):
        root = project("true")
        self.refused(build(root, env=scratch.environment(HOME=root / "home")), 6, "sandbox.home", str(root))


class Without(Test):
    """A machine that has none."""

    def without(self, **more):
        """PATH without bwrap."""
        tools = scratch.new("tools")
        tools.mkdir()
        for name in ("ninja", "sh", "touch", "true", "python3", "mkdir"):
            (tools / name).symlink_to(shutil.which(name))
        return scratch.environment(PATH=tools, **more)

    def test_nobody_to_ask(self):
        root = project("mkdir -p ../.git")
        before = tree(root)
        self.refused(build(root, env=self.without()), 8, "sandbox.declined", "bubblewrap", "--sandbox off")
        self.refused(build(root, "--sandbox", "require", "--yes", env=self.without()), 1, "sandbox.missing", "bubblewrap")
        self.refused(build(root, env=self.without(AIBUILD_SANDBOX="require")), 1, "sandbox.missing")
        self.assertEqual(tree(root), before)

    def test_agreed_or_off(self):
        root = project("true")
        ran = self.passes(build(root, "--yes", env=self.without()))
        self.assertIn("NO SANDBOX", ran.err)
        self.assertEqual(recorded(root)["run"]["sandbox"], "off")
        root = project("true")
        ran = self.passes(build(root, "--sandbox", "off", env=self.without()))
        self.assertNotIn("NO SANDBOX", ran.err)

    def test_asked_on_a_terminal(self):
        for answer, code in (("y\n", 0), ("n\n", 8)):
            with self.subTest(answer):
                root = project("true")
                person = Person(PROGRAM, "build", "-C", root, **self.without())
                person.sees("NO SANDBOX")
                person.sees("Build without a sandbox? [y/N] ")
                person.types(answer)
                ran = person.ends()
                self.assertEqual(ran.code, code, f"\n{ran}")
                self.assertEqual((root / "build/step0").exists(), code == 0)

    def test_one_that_this_system_does_not_allow(self):
        environment = self.without()
        broken = pathlib.Path(environment["PATH"], "bwrap")
        broken.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
        broken.chmod(0o755)
        root = project("true")
        self.refused_last(build(root, env=environment), 8, "sandbox.declined", "No permissions to create new namespace")
        self.refused_last(build(root, "--sandbox", "require", env=environment), 6, "sandbox.refused", "No permissions")
        self.assertFalse((root / "build/step0").exists())
        self.passes(build(root, "--yes", env=environment))
        self.assertTrue((root / "build/step0").exists())

    def refused_last(self, ran, code, rule, words):
        self.assertEqual(ran.code, code, f"\n{ran}")
        self.assertIn(f"error[{rule}]", ran.err)
        self.assertIn(words, ran.err[ran.err.index("error["):])


if __name__ == "__main__":
    if not shutil.which("bwrap"):
        raise SystemExit("bubblewrap is not here (tool/setup test brings it): without it nothing of this is tested")
    assert stat.S_ISREG(os.stat(PROGRAM).st_mode)
    unittest.main(verbosity=2)
