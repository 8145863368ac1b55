#!/bin/sh
# typescript-build.sh NODE TSC OUT NAME MODE WORK ROOT MAIN SOURCE... -- LIBRARY... -- FLAG...
#
# Compiles TypeScript to CommonJS and puts that into one file (see javascript-bundle.sh, whose MODE, NAME, MAIN and LIBRARY these are).
# A library's bundle carries its declarations: who uses it is checked against them. What tsc made in an earlier run is taken again
# where the sources, the flags and all declarations are as they were: a changed body in a library bundles its users anew, and compiles
# none of them.
set -eu
node=$1
shift
exec "$node" - "$(dirname "$0")/javascript-bundle.sh" "$node" "$@" <<'NODE'
"use strict";
const fs = require("fs"), path = require("path"), { createHash } = require("crypto"), { spawnSync } = require("child_process");
const [bundler, node, tsc, out, name, mode, work, root, main, ...rest] = process.argv.slice(2);
const split = rest.indexOf("--"), second = rest.indexOf("--", split + 1);
const sources = rest.slice(0, split), libraries = rest.slice(split + 1, second), flags = rest.slice(second + 1);
const head = "const bundle = ", types = {}, paths = {}, ambient = [];
for (const library of libraries) {
    const line = fs.readFileSync(library, "utf8").split("\n").find((each) => each.startsWith(head));
    const bundle = JSON.parse(line.slice(head.length, -1));
    for (const [file, text] of Object.entries(bundle.files)) {
        if (file.endsWith(".d.ts")) types[path.join(work, "types", file)] = text;
    }
    for (const [each, file] of Object.entries(bundle.packages)) {
        const typed = file.replace(/\.js$/, ".d.ts");
        if (typed in bundle.files) paths[each] = [path.resolve(work, "types", typed)];
        else ambient.push(`declare module ${JSON.stringify(each)};\n`);
    }
}
const files = sources.map((each) => path.resolve(each));
if (ambient.length > 0) {
    types[path.join(work, "untyped.d.ts")] = ambient.join("");
    files.push(path.resolve(work, "untyped.d.ts"));
}
const options = { module: "commonjs", rootDir: path.resolve(root), outDir: path.resolve(work, "js"), declaration: true, newLine: "lf",
                  noEmitOnError: true, skipLibCheck: true, forceConsistentCasingInFileNames: true, baseUrl: path.resolve(work), paths };

const { mtimeMs, size } = fs.statSync(tsc), texts = sources.map((each) => fs.readFileSync(each, "utf8"));
const key = createHash("sha256").update(JSON.stringify([tsc, mtimeMs, size, flags, options, files, texts, types])).digest("hex");
const keyFile = path.join(work, "key");
if (!fs.existsSync(out) || !fs.existsSync(keyFile) || fs.readFileSync(keyFile, "utf8") !== key) {
    fs.rmSync(work, { recursive: true, force: true });
    fs.mkdirSync(path.join(work, "js"), { recursive: true });
    for (const [file, text] of Object.entries(types)) {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
    }
    fs.writeFileSync(path.join(work, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files }));
    const ran = spawnSync(tsc, ["-p", path.join(work, "tsconfig.json"), ...flags], { stdio: "inherit" });
    if (ran.error) console.error(`error: ${tsc}: ${ran.error.message}`);
    if (ran.status !== 0) process.exit(1);
    fs.writeFileSync(keyFile, key);
}

// What tsc made stands as the sources did.
const made = (source, extension) => path.join(work, "js", path.relative(root, source)).replace(/\.ts$/, extension);
const modules = sources.filter((each) => !each.endsWith(".d.ts"));
const bundled = modules.flatMap((each) => (mode === "library" ? [made(each, ".js"), made(each, ".d.ts")] : [made(each, ".js")]));
const done = spawnSync("sh", [bundler, node, out, name, mode, made(main, ".js"), ...bundled, "--", ...libraries], { stdio: "inherit" });
process.exit(done.status === null ? 1 : done.status);
NODE
