import { x } from "./nowhere";
import * as y from "left-pad";
export const z = [x, y];
