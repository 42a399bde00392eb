import { GenerationError } from "../../src/base/errors.ts";
import { own, type StringMap } from "../../src/base/values.ts";
import type { GenerateContext } from "../generator.ts";

/** A key of a Secret in the set's namespace. */
export interface SecretRef {
  readonly secretName: string;
  readonly key: string;
}

const typeLabel = "argocd.argoproj.io/secret-type";
const scmType = "scm-creds";

/**
 * The text of a Secret's key. Throws a GenerationError that names Secret and key, never what is in it. With `isStrict`
 * only Secrets labelled as credentials of a provider may be read, so that a set cannot send any Secret to a server.
 */
export async function secretText(
  ref: SecretRef,
  field: string,
  context: GenerateContext,
  isStrict: boolean,
): Promise<string> {
  const { objects } = context.ports;
  const { namespace } = context.set;
  const object = `Secret ${namespace}/${ref.secretName}`;
  const texts = await objects.secret(ref.secretName, namespace);
  if (texts === undefined) throw lacking(field, object, "does not exist", "create it in the namespace of the set");
  if (isStrict && !(await isScmSecret(ref.secretName, context))) {
    throw lacking(field, object, `lacks the label ${typeLabel}: ${scmType}`, "add the label, or name another Secret");
  }
  const text = own(texts, ref.key);
  if (text === undefined) throw lacking(field, object, `has no key ${ref.key}`, "correct the key");
  // A line break at the end is how files become Secrets, and no header may hold one.
  return text.trim();
}

async function isScmSecret(name: string, { ports, set }: GenerateContext): Promise<boolean> {
  const query = { apiVersion: "v1", plural: "secrets", namespace: set.namespace, name };
  const { items } = await ports.objects.list(query);
  const secret = items.find(({ metadata }) => metadata.name === name);
  return own(secret?.metadata.labels ?? {}, typeLabel) === scmType;
}

/** The texts of the Secret that `appSecretName` names. */
export async function appSecret(name: string, field: string, context: GenerateContext): Promise<StringMap> {
  const texts = await context.ports.objects.secret(name, context.set.namespace);
  if (texts !== undefined) return texts;
  throw lacking(field, `Secret ${context.set.namespace}/${name}`, "does not exist", "create it, or correct its name");
}

/** The certificates under a key of a ConfigMap in the set's namespace. */
export async function caText(
  ref: { readonly configMapName: string; readonly key: string },
  field: string,
  { ports, set }: GenerateContext,
): Promise<string> {
  const object = `ConfigMap ${set.namespace}/${ref.configMapName}`;
  const texts = await ports.objects.configMap(ref.configMapName, set.namespace);
  if (texts === undefined) throw lacking(field, object, "does not exist", "create it in the namespace of the set");
  const text = own(texts, ref.key);
  if (text === undefined) throw lacking(field, object, `has no key ${ref.key}`, "correct the key");
  return text;
}

function lacking(field: string, object: string, what: string, remedy: string): GenerationError {
  return new GenerationError(`${field}: ${object} ${what}`, { details: { field, object, remedy } });
}
