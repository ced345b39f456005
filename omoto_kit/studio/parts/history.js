// The screen history.
import { h } from "./base.js";

export function historyScreen(view) {
  return h("p", {}, "…");
}
