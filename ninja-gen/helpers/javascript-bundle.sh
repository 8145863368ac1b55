#!/bin/sh
# javascript-bundle.sh NODE OUT NAME MODE MAIN SOURCE... -- LIBRARY...
#
# Puts CommonJS modules into one file, which others require and, where MODE is `program`, node runs. A source is known by its path
# from the directory of MAIN; `require("NAME")` of another target gives what that target's MAIN exports. A library's bundle has
# only its own modules; a program's also those of LIBRARIES. A syntax error in any source fails here.
# Modules keep their names, so that an error of a running program says file and line.
set -eu
node=$1
shift
exec "$node" - "$@" <<'NODE'
"use strict";
const fs = require("fs"), path = require("path"), vm = require("vm");
const [out, name, mode, main, ...rest] = process.argv.slice(2);
const split = rest.indexOf("--");
const sources = rest.slice(0, split), libraries = rest.slice(split + 1);
const fail = (text) => { console.error("error: " + text); process.exit(1); };
const head = "const bundle = ";

const files = {}, packages = {};
const add = (key, text, origin) => {
    if (key in files && files[key] !== text) fail(`${origin}: two different files would be ${key} in ${out}`);
    files[key] = text;
};
const key = (source) => path.posix.join(name, path.posix.relative(path.posix.dirname(main), source));
for (const source of sources) {
    const text = fs.readFileSync(source, "utf8");
    if (key(source).startsWith("../")) fail(`${source}: it is not beneath the directory of ${main}, or beside it`);
    if (/\.[cm]?js$/.test(source)) {
        try {
            vm.compileFunction(text.replace(/^#!/, "//"), ["exports", "require", "module", "__filename", "__dirname"], { filename: source });
        } catch (error) {
            console.error(error.stack.split("\n    at ")[0]);
            process.exit(1);
        }
    }
    add(key(source), text, source);
}
packages[name] = key(main);
for (const library of mode === "program" ? libraries : []) {
    const line = fs.readFileSync(library, "utf8").split("\n").find((each) => each.startsWith(head));
    const bundle = JSON.parse(line.slice(head.length, -1));
    for (const [each, text] of Object.entries(bundle.files)) add(each, text, library);
    Object.assign(packages, bundle.packages);
}
const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
const text = `#!/usr/bin/env node
"use strict";
${head}${JSON.stringify({ files: sorted(files), packages: sorted(packages), main: key(main) })};
const outer = require, vm = require("vm"), path = require("path").posix, loaded = {};
function resolve(from, request) {
    if (!/^[.]{1,2}(\\/|$)/.test(request)) return bundle.packages[request];
    const base = path.join(path.dirname(from), request);
    return [base, base + ".js", base + ".cjs", base + ".json", base + "/index.js"].find((each) => each in bundle.files);
}
function load(key) {
    if (key in loaded) return loaded[key].exports;
    const module = loaded[key] = { exports: {}, id: key, filename: key };
    if (key.endsWith(".json")) return module.exports = JSON.parse(bundle.files[key]);
    const from = (request) => {
        const found = resolve(key, request);
        return found === undefined ? outer(request) : load(found);
    };
    from.main = main;
    if (key === bundle.main) main = from.main = module;
    vm.compileFunction(bundle.files[key].replace(/^#!/, "//"), ["exports", "require", "module", "__filename", "__dirname"], { filename: key })
        .call(module.exports, module.exports, from, module, key, path.dirname(key));
    return module.exports;
}
let main;
module.exports = load(bundle.main);
`;
if (!fs.existsSync(out) || fs.readFileSync(out, "utf8") !== text) {
    fs.writeFileSync(out + ".new", text, { mode: mode === "program" ? 0o777 : 0o666 });
    fs.renameSync(out + ".new", out);
}
NODE
