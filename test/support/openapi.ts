import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";

/** The part of a provider's own description of its API that concerns us; see test/vectors/openapi/README.md. */
interface Description {
  /** Where the paths begin: `/api/v3`. */
  readonly base: string;
  readonly paths: { readonly [template: string]: { readonly [method: string]: Operation } };
}

interface Operation {
  /** Names of parameters in the query; undefined where the description does not list them. */
  readonly query: readonly string[];
  /** By the AWS JSON protocol, where all operations have one path: the X-Amz-Target header. */
  readonly target?: string;
  /** The JSON Schema of the answer, by its status. */
  readonly answers: { readonly [status: string]: object };
}

/** A question to a provider and what it answered. */
export interface Exchange {
  readonly method: string;
  /** Encoded. */
  readonly path: string;
  readonly query: readonly string[];
  readonly target?: string | undefined;
  readonly status: number;
  readonly body: unknown;
}

/** Holds questions and answers to a provider's own description of its API. */
export class ApiDescription {
  readonly #description: Description;
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  readonly #validators = new Map<object, ValidateFunction>();

  constructor(description: Description) {
    this.#description = description;
  }

  /** The one of `test/vectors/openapi/NAME.json`. */
  static of(name: string): ApiDescription {
    const file = join(import.meta.dirname, "../vectors/openapi", `${name}.json`);
    return new ApiDescription(JSON.parse(readFileSync(file, "utf8")) as Description);
  }

  /** What is wrong with an exchange, in words; none when the provider's API has such a question and such an answer. */
  problemsOf(exchange: Exchange): readonly string[] {
    const what = `${exchange.method} ${exchange.path}${exchange.target === undefined ? "" : ` ${exchange.target}`}`;
    const found = this.#find(exchange);
    if (found === undefined) return [`${what}: there is no such operation`];
    const unknown = exchange.query.filter((name) => !found.query.includes(name));
    const schema = found.answers[exchange.status];
    const problems = unknown.map((name) => `${what}: there is no parameter ${name}`);
    if (schema === undefined)
      return exchange.status < 300 ? [...problems, `${what}: no answer ${exchange.status}`] : problems;
    const validate = this.#validator(schema);
    if (validate(exchange.body)) return problems;
    const wrong = (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `${what}: ${instancePath || "/"} ${message} ${JSON.stringify(params)}`;
    });
    return [...problems, ...wrong];
  }

  #find({ method, path, target }: Exchange): Operation | undefined {
    const { base, paths } = this.#description;
    if (!path.startsWith(base)) return undefined;
    const rest = path.slice(base.length);
    const templates = Object.keys(paths).sort((a, b) => variables(a) - variables(b));
    for (const template of templates) {
      const operation = paths[template]?.[method.toLowerCase()];
      if (operation === undefined || !patternOf(template).test(rest)) continue;
      if (operation.target === undefined || operation.target === target) return operation;
    }
    return undefined;
  }

  #validator(schema: object): ValidateFunction {
    const known = this.#validators.get(schema) ?? this.#ajv.compile(schema);
    this.#validators.set(schema, known);
    return known;
  }
}

/** Of two templates that fit the one with more fixed text is meant. */
function variables(template: string): number {
  return template.split("{").length;
}

/** A variable is one segment; one that holds a path, and stands at the end, is the rest. */
function patternOf(template: string): RegExp {
  const text = template
    .replace(/#.*$/, "")
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(/\{(?:path|filepath|file_path)\}$/, ".+")
    .replace(/\{[^}]*\}/g, "[^/]+");
  return new RegExp(`^${text}$`);
}
