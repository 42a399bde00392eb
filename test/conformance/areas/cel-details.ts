import { type Area, get, post, remove, type Step } from "../step.ts";
import { costs, otherWords, ruleTexts, takenThere } from "./cel-rules.ts";
import { otherValues, runs } from "./cel-runs.ts";
import { crd, definitions, group, props, ruled, rules, shape, value } from "./cel-shapes.ts";

const dryRun = `${definitions}?dryRun=All`;
const own = (table: { readonly [key: string]: string }, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

function rule(text: string): Step {
  const definition = crd("details", "Detail", { properties: { spec: shape({ rule: text, message: "m" }) } });
  const onlyThere = own(takenThere, text);
  const differs = onlyThere ?? own(otherWords, text);
  return post(`rule: ${text}`, dryRun, definition, {
    ...(differs !== undefined && { differs }),
    ...(onlyThere !== undefined && { differsInStatus: true }),
  });
}

const cost = ([text, schema]: readonly [string, object], index: number): Step =>
  post(
    `cost ${index + 1}: ${text}`,
    dryRun,
    crd("details", "Detail", { properties: { spec: props({ f: ruled(schema, { rule: text }) }) } }),
  );

/** Few enough for one definition. */
const batch = 70;

/** Each expression stands in a field of its own, once in a message and once in a rule. */
function shown(expression: string): object {
  const message = { rule: "self.i != 3", messageExpression: `'%s'.format([dyn(${expression})])` };
  return { ...shape(message), [rules]: [message, { rule: `dyn(${expression}) == dyn('never')` }] };
}

function batchSteps(number: number, expressions: readonly string[]): Step[] {
  const [plural, kind] = [`runs${number}`, `Run${number}`];
  const path = `/apis/${group}/v1/namespaces/cel-details/${plural}`;
  const fields = Object.fromEntries(expressions.map((expression, index) => [`f${index}`, shown(expression)]));
  const name = `${plural}.${group}`;
  return [
    post(`install ${plural}`, definitions, crd(plural, kind, { properties: { spec: props(fields) } }), {
      differs: "the conditions come later",
    }),
    get(`serve ${plural}`, path, { until: (_, status) => status === 200, differs: "the version of the list" }),
    ...expressions.map((expression, index) => {
      const body = { apiVersion: `${group}/v1`, kind, metadata: { name: "a" }, spec: { [`f${index}`]: value } };
      const differs = own(otherValues, expression);
      return post(`run: ${expression}`, path, body, { ...(differs !== undefined && { differs }) });
    }),
    remove(`remove ${plural}`, `${definitions}/${name}`, undefined, { differs: "told to end in the same answer" }),
  ];
}

const batches = Array.from({ length: Math.ceil(runs.length / batch) }, (_, index) =>
  batchSteps(index, runs.slice(index * batch, (index + 1) * batch)),
);

/** CEL in its details: syntax, types and estimates of many rules, and what many expressions give. */
export const celDetails: Area = {
  name: "cel-details",
  steps: [...ruleTexts.map(rule), ...costs.map(cost), ...batches.flat()],
};
