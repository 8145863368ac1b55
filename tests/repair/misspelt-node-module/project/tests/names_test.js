"use strict";
const { extension } = require("names");

const good = extension("a/b.txt") === "txt";
console.log("1..1");
console.log(good ? "ok 1 - txt" : "not ok 1 - txt");
process.exit(good ? 0 : 1);
