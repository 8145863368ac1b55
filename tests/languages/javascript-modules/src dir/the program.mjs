import { greeting } from "greet";

const { default: path } = await import("node:path");
console.log(greeting({ name: path.basename("/a/world") }));
