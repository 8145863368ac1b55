import { mark } from "./marks.cjs";

export function greeting({ name }) {
    return `Hello, ${name.toString()}${mark}`;
}
