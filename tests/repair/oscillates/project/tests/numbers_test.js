"use strict";
const { test } = require("node:test");
const assert = require("node:assert");
const { clamp, mean } = require("numbers");
test("clamp", () => assert.strictEqual(clamp(7, 0, 5), 5));
test("mean", () => assert.strictEqual(mean([1, 2, 3]), 2));
