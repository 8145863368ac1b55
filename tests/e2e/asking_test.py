#!/usr/bin/env python3
"""How `aibuild-gen new` asks: what it says that it would ask, what bounds it, what it asks again, what it asks the person, and how all of it
is done once more without asking.
"""
import json
import re
import unittest

from greeting import DESCRIPTION, FILES, PLAN, answers, plan
from support import PROGRAM, Server, Test, aibuild, arrived, new, offline, run, scratch, sockets, tree
from terminal import Person

HEADER = "include/greeting/greeting.h"
EVERYTHING = sorted(["brief", "plan", *FILES])

UNKNOWN_USE = plan()
UNKNOWN_USE["targets"][0]["uses"] = ["nothing"]
OTHER_SIGNATURE = FILES[HEADER].replace("const char *name);", "const char *name, int loud);")

BAD_PLAN = {"stage": "plan", "text": json.dumps(UNKNOWN_USE)}
BAD_HEADER = {"stage": "file", "contains": f"Write {HEADER}.", "text": OTHER_SIGNATURE}

QUESTION = {"question": "In which language does it greet?", "choices": ["English", "German"], "decision": "English"}
BRIEF = {"languages": ["c"], "kinds": ["library"], "packages": [], "constraints": ["Names are UTF-8."], "questions": [QUESTION]}


def failing(path):
    """An answer that no client repeats, once, to who asks for this file."""
    return {"stage": "file", "contains": f"Write {path}.", "status": 400, "body": {"error": {"message": "not today"}}}


def said(request):
    return "\n".join(message["content"] for message in request["body"]["messages"])


class DryRun(Test):
    def expected(self, env):
        """What a dry run says would be asked for."""
        root = scratch.new()
        before = tree(env["XDG_CACHE_HOME"])
        ran = self.passes(aibuild("new", DESCRIPTION, "-C", root, "--dry-run", env=env))
        self.assertEqual(ran.out, "")
        self.assertEqual(tree(root.parent), {})
        self.assertEqual(tree(env["XDG_CACHE_HOME"]), before)
        names = re.findall(r"^  (\S+) +at most [0-9,]+ tokens in, [0-9,]+ out$", ran.err, re.M)
        self.assertIn(f"{len(names)} call{'' if len(names) == 1 else 's'}, about " if names else "Nothing would be asked", ran.err)
        return sorted(names), ran

    def test_it_names_what_the_next_run_asks_for(self):
        refused = {"stage": "plan", "status": 400, "body": {"error": {"message": "not today"}}}
        with Server(refused, BAD_PLAN, BAD_HEADER, failing("tests/greeting_test.c"), *answers()) as server:
            env = server.environment()
            names, ran = self.expected(env)
            self.assertEqual(names, ["brief"])
            self.assertIn("cost unknown", ran.err)
            self.assertEqual(server.all_requests, [])

            self.refused(new(DESCRIPTION, scratch.new(), env=env), 5, "provider.bad-request")
            self.assertEqual(server.asked, ["brief", "plan"])
            self.assertEqual(self.expected(env)[0], ["plan"])

            # The plan and the header are asked for twice here: what was rejected is kept as well, and counts.
            ran = new(DESCRIPTION, scratch.new(), env=env)
            self.refused(ran, 5, "provider.bad-request")
            asked = len(server.asked)
            names, _ = self.expected(env)
            self.assertEqual(names, sorted(set(FILES) - set(arrived(ran))))
            self.assertNotIn(HEADER, names)
            self.assertEqual(len(server.asked), asked)

            self.passes(new(DESCRIPTION, scratch.new(), env=env))
            self.assertEqual(sorted(server.asked[asked:]), names)
            self.assertEqual(self.expected(env)[0], [])


class Caps(Test):
    def stopped(self, server, rule, *arguments, env=None):
        root = scratch.new()
        ran = new(DESCRIPTION, root, *arguments, env=env or server.environment())
        self.refused(ran, 6, rule, arguments[0])
        self.assertEqual(tree(root.parent), {})
        return ran

    def test_calls(self):
        for most in range(1, len(EVERYTHING)):
            with self.subTest(most), Server(*answers()) as server:
                env = server.environment()
                ran = self.stopped(server, "budget.calls", "--max-calls", most, env=env)
                self.assertLessEqual(len(server.asked), most)
                self.assertEqual(server.asked[:2], ["brief", "plan"][:most])
                asked = len(server.asked)
                self.passes(new(DESCRIPTION, scratch.new(), "--max-calls", len(EVERYTHING), env=env))
                self.assertEqual(sorted(server.asked[asked:]), sorted(set(EVERYTHING) - set(arrived(ran))))
        with Server(*answers()) as server:
            self.made(DESCRIPTION, "--max-calls", len(EVERYTHING), env=server.environment())
            self.assertEqual(sorted(server.asked), EVERYTHING)

    def test_what_is_asked_again_counts(self):
        with Server(BAD_PLAN, *answers()) as server:
            self.stopped(server, "budget.calls", "--max-calls", 2)
            self.assertEqual(server.asked, ["brief", "plan"])

    def test_tokens(self):
        with Server(*answers()) as server:
            self.stopped(server, "budget.tokens", "--max-tokens", 1000)  # less than the brief may take
            self.assertEqual(server.all_requests, [])
        with Server(*answers(usage=[9000, 1000])) as server:
            ran = self.stopped(server, "budget.tokens", "--max-tokens", 40_000)
            self.assertEqual(server.asked[:2], ["brief", "plan"])
            self.assertLessEqual(len(server.asked), 4)
            used = re.findall(r"^used so far: .* ([0-9,]+) tokens in, (?:about )?([0-9,]+) out", ran.err, re.M)[-1]
            self.assertTrue(10_000 < sum(int(number.replace(",", "")) for number in used) <= 40_000, f"\n{ran}")

    def test_seconds(self):
        for stage, script in (("plan", [{"stage": "plan", "fault": "silence"}]), ("file", [answers()[0], {"stage": "file", "fault": "stall", "times": 0}])):
            with self.subTest(stage), Server(*script) as server:
                ran = self.stopped(server, "budget.seconds", "--max-seconds", 6)
                self.assertEqual(server.all_requests[-1]["stage"], stage)
                self.assertLess(ran.seconds, 12)

    def test_a_cost_that_is_not_known_is_not_nothing(self):
        with Server(*answers()) as server:
            self.stopped(server, "budget.price", "--max-cost", 1000)
            self.assertEqual(server.all_requests, [])

    def test_cost(self):
        price = {"AIBUILD_PRICE_INPUT": "10", "AIBUILD_PRICE_OUTPUT": "10"}  # of a million tokens
        with Server(*answers()) as server:
            self.stopped(server, "budget.cost", "--max-cost", "0.01", env=server.environment(**price))  # less than the brief may cost
            self.assertEqual(server.all_requests, [])
            # The plan is paid for; two files at once may cost too much, until one has come and cost little.
            self.stopped(server, "budget.cost", "--max-cost", "0.3", env=server.environment(**price))
            self.assertEqual(server.asked[:2], ["brief", "plan"])
            self.assertLessEqual(len(server.asked), 4)
            ran = self.passes(new(DESCRIPTION, scratch.new(), "--max-cost", "5", env=server.environment(**price)))
            self.assertRegex(ran.err, r"(?m)^used so far: .*, cost 0\.\d+$")
            self.assertNotIn("cost unknown", ran.err)

    def test_a_cap_is_a_number(self):
        for flag in ("--max-calls", "--max-tokens", "--max-cost", "--max-seconds"):
            for value in ("-1", "many", "nan", "") + (() if flag == "--max-cost" else ("0",)):
                with self.subTest(flag, value=value):
                    root = scratch.new()
                    self.refused(new(DESCRIPTION, root, flag, value), 2, "usage", flag)
                    self.assertIsNone(tree(root))

    def test_a_cap_of_the_environment_holds_and_a_flag_is_stronger(self):
        with Server(*answers()) as server:
            env = server.environment(AIBUILD_MAX_CALLS="1")
            self.refused(new(DESCRIPTION, scratch.new(), env=env), 6, "budget.calls")
            self.assertEqual(server.asked, ["brief"])
            self.passes(new(DESCRIPTION, scratch.new(), "--max-calls", "20", env=env))


class Again(Test):
    def complaint(self, request, answer, rule, place, why):
        """The request shows the answer that did not pass, and what was wrong with it."""
        *_, rejected, last = request["body"]["messages"]
        self.assertEqual(rejected, {"role": "assistant", "content": answer})
        self.assertEqual(last["role"], "user")
        for line in (f"rule:  {rule}\n", f"place: {place}\n", f"why:   {why}"):
            self.assertIn(line, last["content"])

    def test_what_does_not_pass_is_asked_again_with_rule_and_place(self):
        with Server(BAD_PLAN, BAD_HEADER, *answers()) as server:
            env = server.environment()
            root = scratch.new()
            ran = self.passes(new(DESCRIPTION, root, env=env))
            self.assertEqual(sorted(server.asked), sorted([*EVERYTHING, "plan", HEADER]))
            second = {name: server.all_requests[len(server.asked) - 1 - server.asked[::-1].index(name)] for name in ("plan", HEADER)}
            self.complaint(second["plan"], BAD_PLAN["text"], "answer.plan", "the model's plan:13 (/targets/0/uses/0)", "There is no target nothing.")
            self.complaint(second[HEADER], OTHER_SIGNATURE, "answer.interface", HEADER,
                           "The plan's interface of greeting has `greeting_write` with 3 parameters; the header declares it with 4.")
            self.assertRegex(ran.err, r"(?m)^plan asked again: answer\.plan: There is no target nothing")
            self.assertRegex(ran.err, rf"(?m)^{HEADER} asked again: answer\.interface: ")
            self.assertRegex(ran.err, r"(?m)^used so far: 9 requests, ")
            self.assertEqual((root / HEADER).read_text(), FILES[HEADER])

            other = scratch.new()
            ran = self.passes(new(DESCRIPTION, other, env=env))
            self.assertEqual(len(server.asked), len(EVERYTHING) + 2)
            self.assertEqual(ran.err.count("(kept from before)"), len(EVERYTHING))
            self.assertNotIn("asked again", ran.err)  # nothing was
        self.assertEqual(tree(root, but=["build"]), tree(other, but=["build"]))

    def test_the_same_wrong_answer_twice_stops(self):
        for what, bad, rule in (("plan", BAD_PLAN, "answer.plan"), (HEADER, BAD_HEADER, "answer.interface")):
            with self.subTest(what), Server({**bad, "times": 2}, *answers()) as server:
                env = server.environment()
                root = scratch.new()
                self.refused(new(DESCRIPTION, root, env=env), 7, rule, "asked again once", "the answer stayed the same")
                self.assertEqual(server.asked.count(what), 2)
                self.assertEqual(tree(root.parent), {})
                self.passes(new(DESCRIPTION, root, env=env))  # it was not kept
                self.assertEqual(server.asked.count(what), 3)

    def test_other_wrong_answers_are_asked_again_twice(self):
        bad = []
        for name in ("one", "two", "three", "four"):
            wrong = plan()
            wrong["targets"][0]["uses"] = [name]
            bad.append({"stage": "plan", "text": json.dumps(wrong)})
        with Server(*bad) as server:
            root = scratch.new()
            self.refused(new(DESCRIPTION, root, env=server.environment()), 7, "answer.plan", "no target three", "asked again twice")
            self.assertEqual(server.asked, ["brief", "plan", "plan", "plan"])
            self.assertEqual(tree(root.parent), {})
        with Server(*bad[:2], *answers()) as server:
            self.made(DESCRIPTION, env=server.environment())
            self.assertEqual(server.asked.count("plan"), 3)

    def test_what_was_declined_is_not_asked_again(self):
        with Server({"stage": "plan", "text": "", "refusal": "I would rather not.", "times": 0}) as server:
            self.refused(new(DESCRIPTION, scratch.new(), env=server.environment()), 7, "answer.refused")
            self.assertEqual(server.asked, ["brief", "plan"])


class Replay(Test):
    def recorded(self):
        """A project whose plan and header were asked for twice, and whose brief left something open."""
        with Server({"stage": "brief", "text": json.dumps(BRIEF)}, BAD_PLAN, BAD_HEADER, *answers()) as server:
            return self.made(DESCRIPTION, env=server.environment())

    def again(self, one, root, *arguments):
        log = root.parent / "sockets"
        env = scratch.environment(XDG_CACHE_HOME=root.parent / "cache", ASAN_OPTIONS="detect_leaks=0")
        ran = run(*offline([PROGRAM, "new", "--replay", one, "-C", root, "--yes", *arguments], log), env=env)
        self.assertEqual(sockets(log), [], f"\n{ran}")
        return ran

    def test_the_same_bytes_without_a_server(self):
        one, root = self.recorded(), scratch.new()
        self.passes(self.again(one, root))
        self.assertEqual(tree(one, but=["build"]), tree(root, but=["build"]))
        twice = scratch.new()
        self.passes(self.again(root, twice, "--offline"))
        self.assertEqual(tree(one, but=["build"]), tree(twice, but=["build"]))

    def test_a_recording_that_lacks_an_answer(self):
        one = self.recorded()
        for each in sorted((one / ".aibuild/responses").rglob("*.json")):
            with self.subTest(each.name):
                text = each.read_bytes()
                each.unlink()
                root = scratch.new()
                self.refused(self.again(one, root), 5, "provider.replay-miss")
                self.assertIsNone(tree(root))
                each.write_bytes(text)
        self.passes(self.again(one, scratch.new()))

    def test_what_is_no_recording(self):
        empty, root = scratch.new(), scratch.new()
        empty.mkdir()
        self.refused(self.again(empty, root), 2, "new.replay")
        self.assertIsNone(tree(root))

    def test_offline_is_no_socket_but_a_refusal(self):
        root = scratch.new()
        with Server(*answers()) as server:
            log = root.parent / "sockets"
            env = {**server.environment(), "ASAN_OPTIONS": "detect_leaks=0"}
            ran = run(*offline([PROGRAM, "new", DESCRIPTION, "-C", root, "--yes", "--offline"], log), env=env)
            self.refused(ran, 6, "provider.offline", "--offline")
            self.assertEqual(sockets(log), [])
            self.assertEqual(server.all_requests, [])
            self.assertIsNone(tree(root))
            # So that the log is one: without --offline there are some.
            self.passes(run(*offline([PROGRAM, "new", DESCRIPTION, "-C", root, "--yes"], log), env=env))
            self.assertNotEqual(sockets(log), [])


class Chain(Test):
    """A server that can't go on, and one that is asked instead."""

    def test_the_next_is_asked_and_a_replay_finds_what_each_answered(self):
        # One file of the first fails, while another of it is still under way, and arrives.
        script = [{**answer, "chunk": 1000, "delay": 0.2} if "programs/" in answer.get("contains", "") else answer for answer in answers()]
        with Server(failing("src/greeting.c"), *script) as first, Server(*answers()) as second:
            config = scratch.new("config")
            (config / "aibuild").mkdir(parents=True)
            (config / "aibuild/config.json").write_text(json.dumps({"format": 1, "provider": ["near", "far"], "servers": {
                "near": {"base_url": first.url, "model": "small"}, "far": {"base_url": second.url, "model": "large"}}}))
            env = scratch.environment(XDG_CONFIG_HOME=config, XDG_CACHE_HOME=first.directory / "cache")
            root = scratch.new()
            ran = self.passes(new(DESCRIPTION, root, env=env))
            self.assertEqual(sorted(first.asked), EVERYTHING)
            self.assertEqual(second.asked, ["src/greeting.c"])
            self.assertEqual({request["body"]["model"] for request in first.all_requests + second.all_requests}, {"small", "large"})
            self.assertRegex(ran.err, r"(?m)^near \(small\) can't answer \(provider\.bad-request: .*\)\. far \(large\) is asked instead\.$")
            # The first is asked first once more: its answers are kept, the other's are no answers of it.
            ran = self.passes(aibuild("new", DESCRIPTION, "-C", scratch.new(), "--dry-run", env=env))
            self.assertEqual(re.findall(r"^  (\S+) +at most", ran.err, re.M), ["src/greeting.c"])
        other = scratch.new()
        log = other.parent / "sockets"
        ran = self.passes(run(*offline([PROGRAM, "new", "--replay", root, "-C", other, "--yes"], log),
                              env=scratch.environment(XDG_CACHE_HOME=other.parent / "cache", ASAN_OPTIONS="detect_leaks=0")))
        self.assertEqual(sockets(log), [])
        self.assertNotIn("can't answer", ran.err)
        self.assertEqual(tree(root, but=["build"]), tree(other, but=["build"]))


class Questions(Test):
    def script(self):
        return [{"stage": "brief", "text": json.dumps(BRIEF)}, *answers()]

    def recorded(self, server, root, answer):
        """The plan's request and the lock have this answer."""
        planned = next(each for each in server.all_requests if each["stage"] == "plan")
        lines = [line for line in said(planned).splitlines() if QUESTION["question"] in line]
        self.assertEqual(len(lines), 1, said(planned))
        self.assertIn(answer, lines[0])
        self.assertIn("Names are UTF-8.", said(planned))
        lock = json.loads((root / "aibuild.lock.json").read_text(encoding="utf-8"))
        self.assertEqual(lock["planning"]["decisions"], [QUESTION["question"], answer])

    def test_with_yes_they_are_decided_and_said(self):
        with Server(*self.script()) as server:
            root = scratch.new()
            ran = self.passes(new(DESCRIPTION, root, env=server.environment()))
            self.assertIn(f"decided: {QUESTION['question']} English\n", ran.err)
            self.recorded(server, root, "English")

    def test_a_person_is_asked(self):
        for typed, answer in (("2\n", "German"), ("\n", "English"), ("Latin, in verse\n", "Latin, in verse")):
            with self.subTest(answer), Server(*self.script()) as server:
                root = scratch.new()
                person = Person(PROGRAM, "new", DESCRIPTION, "-C", root, **server.environment())
                person.sees(QUESTION["question"])
                person.sees("1  English")
                person.sees("2  German")
                person.sees('enter for "English": ')
                self.assertEqual(server.asked, ["brief"])  # nothing is planned before the answer
                person.types(typed)
                person.sees("[y/N] ")
                person.types("y\n")
                self.passes(person.ends())
                self.recorded(server, root, answer)


class Surroundings(Test):
    AGENTS = "Comments are whole sentences."

    def directory(self, **files):
        root = scratch.new()
        root.mkdir()
        for name, text in files.items():
            (root / name.replace("__", ".")).write_text(text, encoding="utf-8")
        return root

    def test_notes_are_shown_and_stay(self):
        with Server(*answers()) as server:
            root = self.directory(AGENTS__md=self.AGENTS + "\n", LICENSE="Do what you like.\n", __gitignore="*.o\n")
            before = tree(root)
            self.passes(new(DESCRIPTION, root, env=server.environment()))
            for request in server.all_requests:
                self.assertIn(self.AGENTS, said(request), request["stage"])
                if request["stage"] != "file":
                    self.assertIn("- AGENTS.md\n- LICENSE\n", said(request))
                self.assertNotIn(".gitignore", said(request))
        after = tree(root)
        self.assertEqual({name: after[name] for name in before}, before)

    def test_notes_may_be_a_link_to_those_for_others_and_none_out_of_the_project(self):
        root = self.directory(CLAUDE__md=self.AGENTS + "\n")
        (root / "AGENTS.md").symlink_to("CLAUDE.md")
        with Server(*answers()) as server:
            self.passes(new(DESCRIPTION, root, env=server.environment()))
            self.assertIn(self.AGENTS, said(server.all_requests[0]))
            self.passes(aibuild("check", "-C", root))
        for outside in ("/etc/hostname", "../secret"):
            root = self.directory()
            (root.parent / "secret").write_text("a key\n")
            (root / "AGENTS.md").symlink_to(outside)
            with Server(*answers()) as server:
                self.refused(new(DESCRIPTION, root, env=server.environment()), 6, "path.symlink", "AGENTS.md")
                self.assertEqual(server.asked, [])

    def test_a_plan_may_not_list_what_is_there(self):
        rest = answers(plan(files=PLAN["files"][1:]))
        with Server({**answers()[0], "times": 1}, *rest) as server:
            root = self.directory(README__md="Mine.\n")
            self.passes(new(DESCRIPTION, root, env=server.environment()))
            self.assertEqual(server.asked.count("plan"), 2)
            self.assertIn("README.md is there already", said(server.requests[1]))
            self.assertNotIn("README.md", server.asked)
        self.assertEqual((root / "README.md").read_text(), "Mine.\n")
        with Server(*answers()) as server:
            root = self.directory(README__md="Mine.\n")
            before = tree(root.parent)
            self.refused(new(DESCRIPTION, root, env=server.environment()), 7, "answer.plan", "plan.exists", "README.md")
            self.assertEqual(tree(root.parent), before)

    def test_anything_else_is_in_the_way(self):
        with Server(*answers()) as server:
            root = self.directory(main__c="int main(void) { return 0; }\n")
            self.refused(new(DESCRIPTION, root, env=server.environment()), 2, "new.not-empty", "main.c")
            self.assertEqual(server.all_requests, [])


class CtrlC(Test):
    def test_in_the_middle_of_a_file(self):
        script = answers()
        stalled = [{**answer, "fault": "stall", "times": 1} for answer in script if "programs/" in answer.get("contains", "")]
        with Server(*stalled, *script) as server:
            env = server.environment()
            root = scratch.new()
            person = Person(PROGRAM, "new", DESCRIPTION, "-C", root, "--yes", **env, NO_COLOR="1")
            person.sees("arrived  src/greeting.c")
            while "programs/greet.c" not in server.asked:
                self.assertTrue(person.read(0.1))
            person.types("\x03")
            ran = person.ends()
            self.assertEqual(ran.code, 130, f"\n{ran}")
            self.assertIn("programs/greet.c was not finished", ran.err)
            self.assertEqual(ran.err.count("error[interrupted]"), 1, f"\n{ran}")
            self.assertEqual(tree(root.parent), {})
            self.assertEqual(sorted(server.asked), EVERYTHING)
            self.passes(new(DESCRIPTION, root, env=env))
            self.assertEqual(server.asked[len(EVERYTHING):], ["programs/greet.c"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
