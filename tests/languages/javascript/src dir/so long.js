"use strict";

exports.farewell = () => "So long and thanks";
