// The screen intake.
import { h } from "./base.js";

export function intakeScreen(view) {
  return h("p", {}, "…");
}
