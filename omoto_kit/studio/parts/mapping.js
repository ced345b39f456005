// The screen mapping.
import { h } from "./base.js";

export function mapScreen(view) {
  return h("p", {}, "…");
}
