"use strict";
const path = require("paht");

exports.extension = (file) => path.extname(file).slice(1);
