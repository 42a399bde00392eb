import type { GeneratorSpec } from "../crds/generators.ts";
import { canonicalJson } from "../src/base/canonical.ts";
import { GenerationError } from "../src/base/errors.ts";
import { isMap, newRecord, nilMap, type Params, type Value, type ValueMap } from "../src/base/values.ts";
import { checkRowCount, completeExpansion, leafOrigin, leafRow } from "./expansion.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Expansion, GenerateContext, Generator, Row } from "./generator.ts";
import { isSuccess, jsonOf, refusal } from "./http-answer.ts";
import { intervalOf } from "./interval.ts";
import { depthOf, flattenParams } from "./params.ts";
import { type PluginSettings, readPluginSettings } from "./plugin-settings.ts";
import type { HttpAnswer } from "./ports.ts";
import { contentKeys } from "./row-keys.ts";
import { withValues } from "./values.ts";

const halfAnHour = 1_800;

/**
 * The rows that an HTTP service answers with, in its order. The ConfigMap tells where it is and which Secret holds its
 * token. Nested rows are its objects as they are, flat rows hold every scalar under its dotted path; both get what was
 * asked under `generator.input.parameters`. The same question is asked once in an interval.
 */
export const pluginGenerator: Generator<"plugin"> = {
  kind: "plugin",
  async generate(spec, context): Promise<Expansion> {
    const settings = await readPluginSettings(spec.configMapRef.name, context);
    const input = (spec.input?.parameters ?? nilMap) as ValueMap;
    const answer = await ask(spec, settings, context);
    const outputs = outputsOf(answer, settings, context);
    checkRowCount(outputs.length, context.limits, context.at);
    const source = `plugin ${spec.configMapRef.name} ${fingerprint(canonicalJson(input)).slice(0, 12)}`;
    const rows = outputs.map((output, index) => rowOf(output, { input, settings, index }, context));
    const keyOf = contentKeys("output");
    const made = rows.map((params, index) =>
      leafRow(keyOf(params), withValues(params, spec.values, context), originOf(index)),
    );
    const listing = { count: made.length };
    return completeExpansion(made, [{ id: source, version: fingerprint(canonicalJson(outputs)), listing }]);

    function originOf(index: number): Row["origin"] {
      return leafOrigin(context.at, "plugin", `output ${index} of ${spec.configMapRef.name}`, [source]);
    }
  },
  requeueAfterSeconds: (spec) => intervalOf(spec.requeueAfterSeconds, halfAnHour),
};

async function ask(spec: GeneratorSpec<"plugin">, settings: PluginSettings, context: GenerateContext) {
  const { parameters } = spec.input ?? {};
  const input = parameters === undefined || Object.keys(parameters).length === 0 ? {} : { parameters };
  const { url, token, timeoutMs, what } = settings;
  const answer = await context.ports.http.request(
    {
      method: "POST",
      url,
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${token}`,
        "user-agent": "argocd-applicationset",
      },
      body: canonicalJson({ applicationSetName: context.set.name, input }),
    },
    {
      signal: context.signal,
      totalMs: timeoutMs,
      silenceMs: timeoutMs,
      maxBytes: context.limits.maxAnswerBytes,
      keep: { seconds: intervalOf(spec.requeueAfterSeconds, halfAnHour) ?? 0, accepts: isUsable },
    },
  );
  if (isSuccess(answer)) return answer;
  throw refusal(what, answer, { field: context.at, secrets: [token] });
}

/** Half an answer is not kept: the next look may find a whole one. */
function isUsable(answer: HttpAnswer): boolean {
  if (!isSuccess(answer)) return false;
  try {
    if (answer.text() !== "") JSON.parse(answer.text());
    return true;
  } catch {
    // No JSON, which the generator tells in its own words.
    return false;
  }
}

/** What the plugin put out. An empty body, or one without `output.parameters`, is no row. */
function outputsOf(answer: HttpAnswer, { what }: PluginSettings, context: GenerateContext): readonly Value[] {
  if (answer.text() === "") return [];
  const body = jsonOf(what, answer);
  const output = body === null ? null : isMap(body) ? (entryOf(body, "output") ?? null) : undefined;
  const parameters = output === null ? null : isMap(output) ? (entryOf(output, "parameters") ?? null) : undefined;
  if (parameters === null) {
    context.warn(`${what} answers without output.parameters, which counts as no row`, context.at);
    return [];
  }
  if (Array.isArray(parameters)) return parameters as readonly Value[];
  throw new GenerationError(`${what} answers with something that is not {"output": {"parameters": [...]}}`, {
    details: { field: context.at },
  });
}

/** Go reads the names of an answer in any case; of several the last counts. */
function entryOf(map: ValueMap, name: string): Value | undefined {
  const key = Object.keys(map).findLast((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : map[key];
}

interface OutputFacts {
  readonly input: ValueMap;
  readonly settings: PluginSettings;
  readonly index: number;
}

function rowOf(
  output: Value,
  { input, settings, index }: OutputFacts,
  { nested, limits, at }: GenerateContext,
): Params {
  const place = `output.parameters[${index}]`;
  if (output !== null && !isMap(output)) {
    throw new GenerationError(`${settings.what} answers with ${place} that is not a map`, { details: { field: at } });
  }
  if (depthOf(output, limits.maxParamDepth + 1) > limits.maxParamDepth) {
    throw new GenerationError(
      `${settings.what} answers with ${place} nested deeper than ${limits.maxParamDepth} levels`,
      {
        details: { field: at },
      },
    );
  }
  const params: { [key: string]: Value } = Object.assign(newRecord(), nested ? output : flattenParams(output ?? {}));
  params.generator = { input: { parameters: input } };
  return params;
}
