/** What parsing a template costs grows with the square of these. */
export interface Complexity {
  readonly tags: number;
  /** How deep blocks are nested, `{{else if}}` counted as a block in a block, as the parser has it. */
  readonly depth: number;
}

export const maxComplexity: Complexity = { tags: 5_000, depth: 100 };

const tag = /\\?\{\{(?:\{\{\/?|!--[\s\S]*?--|~?(?:([#^/])|(else\b(?!\s*~?\}\})))?)/g;

/** Counts on the text alone, before anything is parsed. Stops where a bound is passed. */
export function complexityOf(source: string): Complexity {
  const open: number[] = [];
  let [tags, depth, deepest] = [0, 0, 0];
  for (const [text, sign, chained] of source.matchAll(tag)) {
    if (text.startsWith("\\")) continue;
    tags++;
    if (sign === "/") depth -= open.pop() ?? 0;
    else if (sign !== undefined || (chained !== undefined && open.length > 0)) {
      // What an else opens is closed by the end of the whole block.
      open.push(sign === undefined ? (open.pop() ?? 0) + 1 : 1);
      depth++;
    }
    deepest = Math.max(deepest, depth);
    if (tags > maxComplexity.tags || deepest > maxComplexity.depth) break;
  }
  return { tags, depth: deepest };
}
