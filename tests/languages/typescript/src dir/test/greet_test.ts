import { greeting } from "greet";

declare function require(name: string): any;
const assert = require("node:assert");
const test = require("node:test");

test("the name is there", () => assert.match(greeting("Ada"), /Ada/));
test("nobody is greeted, too", () => assert.ok(greeting("").length > 2));
