"use strict";

exports.clamp = (value, low, high) => Math.max(value, low);
exports.mean = (values) => values.reduce((a, b) => a + b, 0);
