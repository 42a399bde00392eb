import { define } from "./define.ts";
import type { FunctionTable } from "./function.ts";

/** Flow. */
export const flowFunctions: FunctionTable = {
  fail: define("func(string) (string, error)", "fails the rendering with this message", ([message]) => {
    throw new Error(message);
  }),
  tpl: define(
    "func(string, any) (string, error)",
    "renders a text as a template with the second argument as its dot, at most three levels deep; missing values leave nothing",
    ([text, data], context) => context.tpl(text, data),
  ),
};
