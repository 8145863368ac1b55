"""What aibuild-gen makes of declarations, made again from the written rules: the check that CMake and it hash alike.

generate() stands for `aibuild-gen generate --build`: it writes the files that are declared, a lock and its index.
"""
import hashlib
import json
import pathlib
import re


def sha256(data):
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def records(build):
    """The lines of declared.jsonl, which is UTF-8 and has one object in each."""
    text = (pathlib.Path(build) / "aibuild.declared.jsonl").read_bytes().decode("utf-8")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def declarations(build):
    return {record["declaration"]: record for record in records(build) if "declaration" in record}


def declared(root, project, declaration, bases):
    """The hash of a declaration; `bases` are the hashes of generated files, by path, as they were generated."""
    prompt = declaration.get("prompt")
    data = prompt.encode() if prompt is not None else (root / declaration["prompt_file"]).read_bytes()
    text = f"aibuild declaration 1\nprompt {sha256(data)}\n"
    for path in dict.fromkeys(project["context"] + declaration.get("context", [])):
        text += f"context {path} {bases.get(path) or sha256((root / path).read_bytes())}\n"
    return sha256(text)


def index(lock, entries, form=3):
    """The text of aibuild.lock.cmake; an entry is (base,), (base, declared) or ("person",)."""
    lines = [f'AIBUILD_LOCK_FORMAT "{form}"', f'AIBUILD_LOCK_SHA256 "{sha256(lock)}"', 'AIBUILD_LOCK_PLAN_SHA256 ""']
    for path, entry in sorted(entries.items()):
        values = " ".join(f'"{value}"' for value in entry)
        name = re.sub(r"([\\$])", r"\\\1", path)
        lines.append(f'"${{AIBUILD_LOCK}}{name}" {values}')
    return "# The index of aibuild.lock.json for CMake.\n" + "".join(f"set_property(GLOBAL PROPERTY {line})\n" for line in lines)


def write_lock(root, entries, lock='{"format": 3}\n', form=3):
    (root / "aibuild.lock.json").write_text(lock, encoding="utf-8")
    (root / "aibuild.lock.cmake").write_text(index(lock, entries, form), encoding="utf-8")


def generate(root, build, text=lambda path: f"// {path}\n", person=()):
    """Every output that isn't there, and the lock of all; returns its entries."""
    root = pathlib.Path(root)
    project = records(build)[0]
    entries = {}
    bases = {}
    for name, declaration in declarations(build).items():
        for path in declaration["outputs"]:
            file = root / path
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text(path), encoding="utf-8")
            bases[path] = sha256(file.read_bytes())
        hashed = declared(root, project, declaration, {path: base for path, base in bases.items() if path not in person})
        for path in declaration["outputs"]:
            entries[path] = ("person",) if path in person else (bases[path], hashed)
    write_lock(root, entries)
    return entries
