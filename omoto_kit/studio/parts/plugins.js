// The screen plugins.
import { h } from "./base.js";

export function pluginsScreen(view) {
  return h("p", {}, "…");
}
