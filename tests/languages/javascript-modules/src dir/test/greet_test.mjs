import assert from "node:assert";
import { test } from "node:test";

import { greeting } from "greet";

test("the name is there", () => assert.match(greeting({ name: "Ada" }), /Ada/));
test("nobody is greeted, too", () => assert.ok(greeting({ name: "" }).length > 2));
