const changingFunctions = /\b(?:set|unset|merge|mergeOverwrite|mustMerge|mustMergeOverwrite|tpl)\b/;

/**
 * Whether a Go template may call a function that changes its parameters. Rows share them with other rows and with the
 * spec, so such a template gets a copy. A word in plain text is taken for a call: a copy too many does no harm.
 */
export function mayChangeParams(text: string): boolean {
  return changingFunctions.test(text);
}
