import { argoFunctions } from "./argo.ts";
import { certificateFunctions } from "./certificates.ts";
import { cipherFunctions } from "./ciphers.ts";
import { dateFunctions } from "./dates.ts";
import { defaultFunctions } from "./defaults.ts";
import { dictFunctions } from "./dicts.ts";
import { encodingFunctions } from "./encoding.ts";
import { flowFunctions } from "./flow.ts";
import type { FunctionTable } from "./function.ts";
import { hashFunctions } from "./hashes.ts";
import { jsonFunctions } from "./json.ts";
import { listFunctions } from "./lists.ts";
import { mathFunctions } from "./math.ts";
import { pathFunctions } from "./paths.ts";
import { randomFunctions } from "./random.ts";
import { regexFunctions } from "./regex.ts";
import { semverFunctions } from "./semver.ts";
import { splitFunctions } from "./split.ts";
import { stringFunctions } from "./strings.ts";
import { textCaseFunctions } from "./text-case.ts";
import { textLayoutFunctions } from "./text-layout.ts";
import { typeFunctions } from "./types.ts";
import { urlFunctions } from "./urls.ts";

/** A family as the reference page shows it. */
export interface FunctionFamily {
  readonly title: string;
  readonly functions: FunctionTable;
}

/** The families in the order of the reference page. */
export const families: readonly FunctionFamily[] = [
  { title: "Strings", functions: { ...stringFunctions, ...splitFunctions } },
  { title: "Strings: upper and lower case", functions: textCaseFunctions },
  { title: "Strings: quoting and layout", functions: textLayoutFunctions },
  { title: "Regular expressions", functions: regexFunctions },
  { title: "Names and YAML (Argo CD's own)", functions: argoFunctions },
  { title: "JSON", functions: jsonFunctions },
  { title: "Encodings", functions: encodingFunctions },
  { title: "Defaults and choices", functions: defaultFunctions },
  { title: "Flow", functions: flowFunctions },
  { title: "Lists", functions: listFunctions },
  { title: "Dictionaries", functions: dictFunctions },
  { title: "Numbers", functions: mathFunctions },
  { title: "Types", functions: typeFunctions },
  { title: "Versions", functions: semverFunctions },
  { title: "Dates", functions: dateFunctions },
  { title: "Paths", functions: pathFunctions },
  { title: "URLs", functions: urlFunctions },
  { title: "Sums and derived passwords", functions: hashFunctions },
  { title: "Passwords and encryption", functions: cipherFunctions },
  { title: "Keys and certificates", functions: certificateFunctions },
  { title: "Random values", functions: randomFunctions },
];

/** Every function of the Go engine but Go's built-ins: the only list. `slice` takes the place of the built-in. */
export const functions: FunctionTable = Object.assign(
  Object.create(null),
  ...families.map((family) => family.functions),
);
