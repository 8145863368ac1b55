"use strict";
const assert = require("node:assert");
const test = require("node:test");
const { greeting } = require("greet");

test("the name is there", () => assert.match(greeting({ name: "Ada" }), /Ada/));
test("nobody is greeted, too", () => assert.ok(greeting({ name: "" }).length > 2));
