"use strict";
const { greeting } = require("greet");

console.log(greeting({ name: "world" }));
