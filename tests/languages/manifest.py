"""build.ninja as blocks: to shuffle what may stand in any order, and to break a build on purpose."""
import random
import re
import subprocess


class Edge:
    """One build statement. Paths are kept as they are written, escapes and all."""

    def __init__(self, line, bindings):
        self.bindings = bindings
        left, right = re.match(r"build ((?:\$.|[^:$])*):(.*)", line).groups()
        self.outputs = self._words(left)
        words = self._words(right)
        self.rule, words = words[0], words[1:]
        self.inputs, self.implicit, self.order_only = [], [], []
        into = self.inputs
        for word in words:
            if word in ("|", "||"):
                into = self.implicit if word == "|" else self.order_only
            else:
                into.append(word)

    @staticmethod
    def _words(text):
        return re.findall(r"(?:\$.|[^ $])+", text)

    @property
    def output(self):
        return re.sub(r"\$([$ :])", r"\1", self.outputs[0].replace("${pipe}", "|"))

    def bind(self, name, value):
        self.bindings = [line for line in self.bindings if not line.startswith(f"  {name} =")] + [f"  {name} = {value.replace('$', '$$')}"]

    def lines(self):
        text = "build " + " ".join(self.outputs) + ": " + " ".join([self.rule, *self.inputs])
        for mark, words in (("|", self.implicit), ("||", self.order_only)):
            if words:
                text += f" {mark} " + " ".join(words)
        return [text, *self.bindings]


class Manifest:
    def __init__(self, build):
        self.path = build / "build.ninja"
        self.head, self.edges, self.tail = [], [], []
        blocks = []
        for line in self.path.read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):
                blocks[-1].append(line)
            else:
                blocks.append([line])
        for block in blocks:
            if block[0].startswith("build "):
                self.edges.append(Edge(block[0], block[1:]))
            else:
                (self.tail if block[0].startswith("default ") else self.head).extend(block)

    def write(self):
        lines = self.head + [line for edge in self.edges for line in edge.lines()] + self.tail
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def shuffle(self, seed):
        random.Random(seed).shuffle(self.edges)
        self.write()

    def edge(self, output):
        return next(edge for edge in self.edges if edge.output == output)

    def of_steps(self):
        """Edges that run something, but for the one that writes this file."""
        return [edge for edge in self.edges if edge.rule not in ("phony", "aibuild.emit")]

    def commands(self, outputs):
        """What ninja would run for each of them."""
        return {output: subprocess.run(["ninja", "-C", self.path.parent, "-t", "commands", "-s", output], check=True,
                                       stdout=subprocess.PIPE, text=True).stdout.rstrip("\n").split("\n")[-1] for output in outputs}

    def freeze(self, commands):
        """Nothing makes these stale any more: their inputs only have to be there, and their commands are those given."""
        for edge in self.edges:
            if edge.output not in commands:
                continue
            edge.order_only = edge.inputs + edge.implicit + edge.order_only
            edge.inputs, edge.implicit = [], []
            edge.bind("command", commands[edge.output])
            edge.bind("depfile", "")
            edge.bind("deps", "")
            edge.bind("dyndep", "")
