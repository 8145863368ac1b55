"use strict";

exports.mark = "!";
