import { ProtobufError, readFields, readInteger, readText, type WireField } from "./reader.ts";

/** Reads a message whose JSON is not an object of its fields. Undefined: nothing was set. */
export type SpecialType = (bytes: Buffer, decode: (name: string, bytes: Buffer) => unknown) => unknown;

function byNumber(bytes: Buffer): Map<number, WireField> {
  return new Map([...readFields(bytes)].map((field) => [field.number, field]));
}

function parseJson(bytes: Buffer | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  try {
    return JSON.parse(readText(bytes));
  } catch (error: unknown) {
    if (error instanceof ProtobufError) throw error;
    throw new ProtobufError("a part that should be JSON is none", { cause: error });
  }
}

function time(fractionDigits: number): SpecialType {
  return (bytes) => {
    const fields = byNumber(bytes);
    const seconds = Number(BigInt.asIntN(64, fields.get(1)?.value ?? 0n));
    const nanos = Number(BigInt.asIntN(32, fields.get(2)?.value ?? 0n));
    if (fields.size === 0) return undefined;
    const whole = new Date(seconds * 1000);
    if (Number.isNaN(whole.getTime())) throw new ProtobufError("a time is out of range");
    const fraction = fractionDigits === 0 ? "" : `.${String(Math.trunc(nanos / 1000)).padStart(6, "0")}`;
    return `${whole.toISOString().slice(0, 19)}${fraction}Z`;
  };
}

const intOrString: SpecialType = (bytes) => {
  const fields = byNumber(bytes);
  const isText = (fields.get(1)?.value ?? 0n) === 1n;
  if (isText) return readText(fields.get(3)?.bytes ?? Buffer.alloc(0));
  return readInteger(fields.get(2)?.value ?? 0n);
};

const rawJson: SpecialType = (bytes) => parseJson(byNumber(bytes).get(1)?.bytes);

function items(bytes: Buffer): unknown {
  return [...readFields(bytes)].filter(({ number }) => number === 1).map((field) => readText(field.bytes));
}

const crd = "k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1";
const schemaName = `${crd}.JSONSchemaProps`;

const schemaOrBool: SpecialType = (bytes, decode) => {
  const fields = byNumber(bytes);
  const schema = fields.get(2);
  return schema === undefined ? (fields.get(1)?.value ?? 0n) !== 0n : decode(schemaName, schema.bytes);
};

const schemaOrList: SpecialType = (bytes, decode) => {
  const fields = [...readFields(bytes)];
  const schema = fields.find(({ number }) => number === 1);
  if (schema !== undefined) return decode(schemaName, schema.bytes);
  return fields.filter(({ number }) => number === 2).map((field) => decode(schemaName, field.bytes));
};

const schemaOrTexts: SpecialType = (bytes, decode) => {
  const fields = [...readFields(bytes)];
  const schema = fields.find(({ number }) => number === 1);
  if (schema !== undefined) return decode(schemaName, schema.bytes);
  return fields.filter(({ number }) => number === 2).map((field) => readText(field.bytes));
};

const meta = "k8s.io.apimachinery.pkg.apis.meta.v1";

export const specialTypes: { readonly [message: string]: SpecialType } = {
  [`${meta}.Time`]: time(0),
  [`${meta}.MicroTime`]: time(6),
  [`${meta}.FieldsV1`]: rawJson,
  "k8s.io.apimachinery.pkg.api.resource.Quantity": (bytes) =>
    readText(byNumber(bytes).get(1)?.bytes ?? Buffer.alloc(0)),
  "k8s.io.apimachinery.pkg.util.intstr.IntOrString": intOrString,
  "k8s.io.apimachinery.pkg.runtime.RawExtension": rawJson,
  "k8s.io.api.authentication.v1.ExtraValue": items,
  "k8s.io.api.authorization.v1.ExtraValue": items,
  [`${crd}.JSON`]: rawJson,
  [`${crd}.JSONSchemaPropsOrBool`]: schemaOrBool,
  [`${crd}.JSONSchemaPropsOrArray`]: schemaOrList,
  [`${crd}.JSONSchemaPropsOrStringArray`]: schemaOrTexts,
};
