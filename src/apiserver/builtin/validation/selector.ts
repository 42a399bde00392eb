import { at, fieldsAt, isFields, listAt, textAt } from "../../table/fields.ts";
import { type FieldError, forbiddenField, invalid, required } from "../../validation/field-error.ts";
import { labelValueProblems, qualifiedNameProblems } from "../../validation/names.ts";
import { type Check, isMissing } from "./checks.ts";

function expressionErrors(expression: unknown, path: string): FieldError[] {
  const operator = textAt(expression, "operator");
  const values = listAt(expression, "values");
  const errors: FieldError[] = [];
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0)
      errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0)
      errors.push(
        forbiddenField(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      );
  } else {
    errors.push(invalid(`${path}.operator`, operator, "not a valid selector operator"));
  }
  const key = textAt(expression, "key");
  return [...errors, ...qualifiedNameProblems(key).map((problem) => invalid(`${path}.key`, key, problem))];
}

/** What is wrong with a label selector itself. */
export const selectorErrors: Check = (selector, path) => {
  const labels = Object.entries(fieldsAt(selector, "matchLabels"));
  const ofLabels = labels.flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalid(`${path}.matchLabels`, key, problem)),
    ...labelValueProblems(String(value)).map((problem) => invalid(`${path}.matchLabels`, value, problem)),
  ]);
  const expressions = listAt(selector, "matchExpressions");
  return [
    ...ofLabels,
    ...expressions.flatMap((one, index) => expressionErrors(one, `${path}.matchExpressions[${index}]`)),
  ];
};

function matches(selector: unknown, labels: { readonly [key: string]: unknown }): boolean {
  const equal = Object.entries(fieldsAt(selector, "matchLabels")).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    listAt(selector, "matchExpressions").every((expression) => {
      const key = textAt(expression, "key");
      const has = Object.hasOwn(labels, key);
      const listed = listAt(expression, "values").includes(labels[key]);
      const holds: { readonly [operator: string]: boolean } = {
        In: has && listed,
        NotIn: !has || !listed,
        Exists: has,
        DoesNotExist: !has,
      };
      return holds[textAt(expression, "operator")] ?? false;
    })
  );
}

/** The selector of a workload: there, not empty, well-formed, and one that finds the workload's own pods. */
export function workloadSelectorErrors(object: unknown, workload: string): FieldError[] {
  const path = "spec.selector";
  const selector = at(object, "spec", "selector");
  const labels = fieldsAt(object, "spec", "template", "metadata", "labels");
  const mismatch = invalid(
    "spec.template.metadata.labels",
    Object.keys(labels).length === 0 ? undefined : labels,
    "`selector` does not match template `labels`",
  );
  if (!isFields(selector)) return [required(path), mismatch];
  if (isMissing(selector)) return [invalid(path, {}, `empty selector is invalid for ${workload}`)];
  const errors = [...selectorErrors(selector, path)];
  if (errors.length > 0) return [...errors, invalid(path, selector, "invalid label selector")];
  return matches(selector, labels) ? [] : [mismatch];
}
