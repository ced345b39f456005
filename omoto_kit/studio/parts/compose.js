// The screen compose.
import { h } from "./base.js";

export function composeScreen(view) {
  return h("p", {}, "…");
}
