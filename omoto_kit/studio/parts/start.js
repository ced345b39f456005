// The screen start.
import { h } from "./base.js";

export function startScreen(view) {
  return h("p", {}, "…");
}
