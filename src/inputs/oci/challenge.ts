/** What a registry wants to see before it answers. */
export interface Challenge {
  readonly scheme: "basic" | "bearer";
  /** For bearer: `realm`, `service` and `scope`. Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads a WWW-Authenticate header and picks bearer before basic; undefined when it asks for neither. Form: RFC 9110,
 * section 11.6.1.
 */
export function parseChallenge(header: string): Challenge | undefined {
  const found = header
    .slice(0, maxLength)
    .matchAll(/\b(basic|bearer)\b((?:[\s,]+[\w-]+=(?:"(?:[^"\\]|\\.)*"|[^\s,"]+))*)/gi);
  const challenges = [...found].map(([, scheme = "", rest = ""]): Challenge => {
    const pairs = rest.matchAll(/([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g);
    const parameters = [...pairs].map(([, name = "", quoted, plain]): [string, string] => [
      name.toLowerCase(),
      quoted === undefined ? (plain ?? "") : quoted.replace(/\\(.)/g, "$1"),
    ]);
    return { scheme: scheme.toLowerCase() as Challenge["scheme"], parameters: new Map(parameters) };
  });
  return challenges.find(({ scheme }) => scheme === "bearer") ?? challenges[0];
}

const maxLength = 4_096;
