#!/bin/sh
# javascript-bundle.sh NODE OUT NAME MODE MAIN SOURCE... -- LIBRARY...
#
# Puts modules into one file, which others use and, where MODE is `program`, node runs: ES modules, whose names end in .mjs, and
# CommonJS. A source is known by its path from the directory of MAIN; `require("NAME")` or `import ... from "NAME"` of another target
# gives what that target's MAIN exports. A library's bundle has only its own modules; a program's also those of LIBRARIES. A syntax
# error in any source fails here, and so does an ES module that imports a file which is no source.
# Modules keep their names, so that an error of a running program says file and line. Node makes ES modules of text only where it is
# started with an option: a program that has some starts with a line that is sh and JavaScript.
set -eu
node=$1 out=$2
"$node" --experimental-vm-modules --no-warnings - "$out.new" "$@" <<'NODE'
"use strict";
const fs = require("fs"), path = require("path"), vm = require("vm");
const [made, , out, name, mode, main, ...rest] = process.argv.slice(2);
const split = rest.indexOf("--");
const sources = rest.slice(0, split), libraries = rest.slice(split + 1);
const fail = (text) => { console.error("error: " + text); process.exit(1); };
const head = "const bundle = ";

const files = {}, packages = {}, imported = [];
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
            if (source.endsWith(".mjs")) imported.push([source, new vm.SourceTextModule(text, { identifier: source }).dependencySpecifiers]);
            else vm.compileFunction(text.replace(/^#!/, "//"), ["exports", "require", "module", "__filename", "__dirname"], { filename: source });
        } catch (error) {
            console.error(error.stack.split("\n    at ")[0]);
            process.exit(1);
        }
    }
    add(key(source), text, source);
}
for (const [source, requests] of imported) {
    for (const request of requests) {
        const found = path.posix.join(path.posix.dirname(key(source)), request);
        if (/^[.]{1,2}\//.test(request) && !(found in files)) fail(`${source}: it imports "${request}", which is no source of ${name}`);
    }
}
packages[name] = key(main);
for (const library of mode === "program" ? libraries : []) {
    const line = fs.readFileSync(library, "utf8").split("\n").find((each) => each.startsWith(head));
    const bundle = JSON.parse(line.slice(head.length, -1));
    for (const [each, text] of Object.entries(bundle.files)) add(each, text, library);
    Object.assign(packages, bundle.packages);
}
const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
const esm = Object.keys(files).some((each) => each.endsWith(".mjs"));
const start = esm ? `#!/bin/sh
":" //; exec "\${NODE:-node}" --experimental-vm-modules --no-warnings "$0" "$@"` : "#!/usr/bin/env node";
const esModules = `const modules = {};
function moduleOf(from, request) {
    const found = resolve(from, request), key = found === undefined ? request : found;
    if (key in modules) return modules[key];
    if (key.endsWith(".mjs")) {
        return modules[key] = new vm.SourceTextModule(bundle.files[key], {
            identifier: key, importModuleDynamically: (each) => ready(moduleOf(key, each)),
            initializeImportMeta: (meta) => { meta.url = outer("url").pathToFileURL(__filename).href; } });
    }
    const exported = found === undefined ? outer(request) : load(found);
    const names = Object.keys(Object(exported)).filter((each) => each !== "default");
    return modules[key] = new vm.SyntheticModule(["default", ...names], function () {
        this.setExport("default", exported);
        for (const each of names) this.setExport(each, exported[each]);
    }, { identifier: key });
}
async function ready(module) {
    if (module.status === "unlinked") await module.link((each, from) => moduleOf(from.identifier, each));
    await module.evaluate();
    return module;
}
`;
const text = `${start}
"use strict";
${head}${JSON.stringify({ files: sorted(files), packages: sorted(packages), main: key(main) })};
const outer = require, vm = require("vm"), path = require("path").posix, loaded = {};
function resolve(from, request) {
    if (!/^[.]{1,2}(\\/|$)/.test(request)) return Object.hasOwn(bundle.packages, request) ? bundle.packages[request] : undefined;
    const base = path.join(path.dirname(from), request);
    return [base, base + ".js", base + ".cjs", base + ".json", base + "/index.js"].find((each) => each in bundle.files);
}
function load(key) {
    if (key in loaded) return loaded[key].exports;
    if (key.endsWith(".mjs")) throw new Error(key + " is an ES module: import it");
    const module = loaded[key] = { exports: {}, id: key, filename: key };
    if (key.endsWith(".json")) return module.exports = JSON.parse(bundle.files[key]);
    const from = (request) => {
        const found = resolve(key, request);
        return found === undefined ? outer(request) : load(found);
    };
    from.main = main;
    if (key === bundle.main) main = from.main = module;
    vm.compileFunction(bundle.files[key].replace(/^#!/, "//"), ["exports", "require", "module", "__filename", "__dirname"], { filename: key${
    esm ? ", importModuleDynamically: (each) => ready(moduleOf(key, each))" : ""} })
        .call(module.exports, module.exports, from, module, key, path.dirname(key));
    return module.exports;
}
let main;
${esm ? esModules : ""}module.exports = ${main.endsWith(".mjs") ? 'ready(moduleOf(bundle.main, "./" + path.basename(bundle.main))).then((each) => each.namespace)' : "load(bundle.main)"};
`;
fs.writeFileSync(made, text, { mode: mode === "program" ? 0o777 : 0o666 });
NODE
sh "${0%/*}/publish.sh" "$out.new" "$out"
