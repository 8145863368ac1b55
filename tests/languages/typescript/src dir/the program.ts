import { greeting } from "greet";

declare const console: { log(text: string): void };

console.log(greeting("world"));
