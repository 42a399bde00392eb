import { parseSelectorText } from "../base/selectors.ts";
import type { FlagSpec } from "./command.ts";

/** `-l` as kubectl has it, read before anything is asked of a hub. */
export function selectorFlag(description: string): FlagSpec {
  return {
    flags: "-l, --selector <selector>",
    description,
    parse(text) {
      parseSelectorText(text);
      return text;
    },
  };
}
