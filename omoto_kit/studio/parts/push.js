// The screen push.
import { h } from "./base.js";

export function pushScreen(view) {
  return h("p", {}, "…");
}
