import { stringFormats } from "../../schema/formats.ts";
import {
  asPrefix,
  dns1035Name,
  labelName,
  labelValueProblems,
  type NameCheck,
  qualifiedNameProblems,
  subdomainName,
} from "../../validation/names.ts";
import { fn, method, type Overload } from "../overload.ts";
import { namedFormatType } from "../type-names.ts";
import { listOf, optionalOf, stringType } from "../types.ts";
import { Extension, none, Optional, PlainList } from "../values.ts";
import { urlProblem } from "./urls.ts";

/** A format that has a name, and what is wrong with a text by it. */
class NamedFormat extends Extension {
  readonly typeName = namedFormatType.name;
  readonly name: string;
  readonly check: NameCheck;

  constructor(name: string, check: NameCheck) {
    super();
    this.name = name;
    this.check = check;
  }

  equals(other: Extension): boolean {
    return other instanceof NamedFormat && other.name === this.name;
  }
}

function byFormat(format: string, message: string): NameCheck {
  const isRight = stringFormats[format]!;
  return (text) => (isRight(text) ? [] : [message]);
}

const checks: { readonly [name: string]: NameCheck } = {
  dns1123Label: labelName,
  dns1123Subdomain: subdomainName,
  dns1035Label: dns1035Name,
  qualifiedName: qualifiedNameProblems,
  dns1123LabelPrefix: asPrefix(labelName),
  dns1123SubdomainPrefix: asPrefix(subdomainName),
  dns1035LabelPrefix: asPrefix(dns1035Name),
  labelValue: labelValueProblems,
  uri: (text) => {
    const problem = urlProblem(text);
    return problem === undefined ? [] : [problem];
  },
  uuid: byFormat("uuid", "does not match the UUID format"),
  byte: byFormat("byte", "invalid base64"),
  date: byFormat("date", "invalid date"),
  datetime: byFormat("datetime", "invalid datetime"),
};

const formats = new Map(Object.entries(checks).map(([name, check]) => [name, new NamedFormat(name, check)]));

function validate({ check }: NamedFormat, text: string): Optional {
  const problems = check(text);
  return problems.length === 0 ? none : new Optional(new PlainList(problems));
}

function named(name: string): Optional {
  const format = formats.get(name);
  return format === undefined ? none : new Optional(format);
}

/** Kubernetes' formats of names and texts. */
export const namedFormats: readonly Overload[] = [
  ...[...formats].map(([name, format]) => fn(`format.${name}`, `format.${name}`, [], namedFormatType, () => format)),
  fn("format.named", "format-named", [stringType], optionalOf(namedFormatType), named),
  method("validate", "format-validate", [namedFormatType, stringType], optionalOf(listOf(stringType)), validate),
];
