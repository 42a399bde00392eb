import { normalise } from "../builtin/normalise.ts";
import { hasRules, ruleErrors } from "../cel/validator.ts";
import { decodeAsGo } from "../decode/go-types.ts";
import { type Atom, atomOf } from "../managed-fields/atom.ts";
import { type FieldSet, noFields, setOf } from "../managed-fields/field-set.ts";
import type { Json, JsonMap } from "../managed-fields/json.ts";
import type { VersionTypes } from "../managed-fields/version-types.ts";
import { withZeroStructs, zeroObject } from "../managed-fields/zero-values.ts";
import {
  apiVersionOf,
  type KubeObject,
  type ResourceDefinition,
  type ResourceRegistry,
  type Schema,
} from "../resources.ts";
import { fillSchemaDefaults, withoutRefusedNulls } from "../schema/default.ts";
import { listTypeErrors } from "../schema/list-types.ts";
import { pruneObject } from "../schema/prune.ts";
import { scaleErrors } from "../schema/scale.ts";
import { schemaErrors } from "../schema/validate.ts";
import { type FieldError, invalid, isBlocking } from "../validation/field-error.ts";
import { metadataErrors, metadataUpdateErrors } from "../validation/object-meta.ts";
import { isBuiltin, type KindRules, rulesOf } from "./rules.ts";

export type Subresource = "" | "status";

/** An object as read from a client, and the fields that were dropped because the kind has none such. */
export interface Decoded {
  readonly object: KubeObject;
  readonly unknown: readonly string[];
}

const kinds = new WeakMap<ResourceDefinition, Kind>();

/** What one version of a kind does with objects: reading, defaults, ownership types and validation. */
export function kindOf(definition: ResourceDefinition, registry: ResourceRegistry): Kind {
  let kind = kinds.get(definition);
  if (kind === undefined) kinds.set(definition, (kind = new Kind(definition, registry)));
  return kind;
}

export class Kind {
  readonly definition: ResourceDefinition;
  readonly rules: KindRules;
  readonly apiVersion: string;
  readonly isBuiltin: boolean;
  /** `group/plural`: what the store files objects under, whatever their version. */
  readonly resource: string;
  readonly #registry: ResourceRegistry;
  readonly #types = new Map<Subresource, VersionTypes>();
  #typed: Schema | undefined;

  constructor(definition: ResourceDefinition, registry: ResourceRegistry) {
    this.definition = definition;
    this.rules = rulesOf(definition);
    this.apiVersion = apiVersionOf(definition);
    this.isBuiltin = isBuiltin(definition);
    const { group, plural } = definition.sharedWith ?? definition;
    this.resource = `${group}/${plural}`;
    this.#registry = registry;
  }

  /** Whether some kind of the cluster has this name and version. */
  knows(apiVersion: string, kind: string): boolean {
    const [version = "", group = ""] = apiVersion.split("/").reverse();
    return this.#registry.byKind(group, version, kind) !== undefined;
  }

  get hasStatus(): boolean {
    return this.definition.subresources.status === true;
  }

  /** The schema with what every object has: apiVersion, kind and full metadata. */
  get typedSchema(): Schema | undefined {
    if (this.isBuiltin) return this.definition.schema;
    this.#typed ??= withObjectMeta(this.definition.schema, this.#registry);
    return this.#typed;
  }

  get atom(): Atom {
    return atomOf(this.typedSchema);
  }

  /** Reads an object into the kind. Throws a `GoTypeError` for values of the wrong type. */
  decode(object: KubeObject): Decoded {
    const { schema } = this.definition;
    if (this.isBuiltin) return schema === undefined ? { object, unknown: [] } : decodeAsGo(object, schema);
    const checked = this.#decodeMetadata(object);
    if ((object.apiVersion ?? "") !== "" && object.apiVersion !== this.apiVersion)
      return { object: checked.object, unknown: beyondMetadata(object) };
    if (schema === undefined) return checked;
    const pruned = pruneObject(checked.object, schema);
    const kept = withoutRefusedNulls(pruned.object, schema);
    return { object: kept, unknown: [...checked.unknown, ...pruned.unknown] };
  }

  #decodeMetadata(object: KubeObject): Decoded {
    const metaSchema = objectMetaSchema(this.#registry);
    if (object.metadata === undefined || metaSchema === undefined) return { object, unknown: [] };
    const read = decodeAsGo(object.metadata as KubeObject, metaSchema);
    const unknown = read.unknown.map((path) => `metadata.${path}`);
    const metadata = withoutNulls(read.object as JsonMap);
    if (metadata === object.metadata) return { object, unknown };
    return { object: { ...object, metadata: metadata as NonNullable<KubeObject["metadata"]> }, unknown };
  }

  /** Fills in defaults and brings the object to the form that is stored. */
  prepare(object: KubeObject, previous: KubeObject | undefined): KubeObject {
    const { schema, prepare } = this.definition;
    if (prepare !== undefined) {
      const prepared = prepare(object, previous);
      return this.rules.prepare?.(prepared, previous) ?? prepared;
    }
    if (this.isBuiltin) return object;
    const own = this.#normaliseMetadata(object);
    return schema === undefined ? own : fillSchemaDefaults(own, schema);
  }

  /** Metadata is read into its Go type and written again, in custom objects too: what is empty goes. */
  #normaliseMetadata(object: KubeObject): KubeObject {
    const metaSchema = objectMetaSchema(this.#registry);
    if (object.metadata === undefined || metaSchema === undefined) return object;
    const metadata = normalise(metaSchema, object.metadata) as NonNullable<KubeObject["metadata"]>;
    return metadata === object.metadata ? object : { ...object, metadata };
  }

  /** What a write through an endpoint may own. */
  types(subresource: Subresource): VersionTypes {
    let types = this.#types.get(subresource);
    if (types === undefined) this.#types.set(subresource, (types = this.#makeTypes(subresource)));
    return types;
  }

  #makeTypes(subresource: Subresource): VersionTypes {
    const { group, plural } = this.definition;
    return {
      apiVersion: this.apiVersion,
      atom: this.atom,
      ignored: this.#ignored(subresource),
      atomAt: (apiVersion) => {
        if (apiVersion === this.apiVersion) return this.atom;
        const version = this.#registry.versions(group, plural).find((other) => apiVersionOf(other) === apiVersion);
        return version === undefined ? undefined : kindOf(version, this.#registry).atom;
      },
    };
  }

  #ignored(subresource: Subresource): FieldSet {
    if (subresource === "") return this.hasStatus ? setOf(["f:status"]) : noFields;
    const kept = this.rules.statusKeeps.map((name) => (name === "*" ? ["f:metadata"] : ["f:metadata", `f:${name}`]));
    return setOf(["f:spec"], ...kept);
  }

  /** The object before its first write, as ownership compares it. */
  get empty(): JsonMap {
    return this.isBuiltin ? zeroObject(this.definition.schema) : {};
  }

  /** The object as ownership compares it. */
  comparable(object: KubeObject): JsonMap {
    return this.isBuiltin ? withZeroStructs(object as JsonMap, this.definition.schema) : (object as JsonMap);
  }

  /** All that is wrong with an object; `previous` for an update. What was wrong before may be warned about only. */
  errors(
    object: KubeObject,
    previous: KubeObject | undefined,
    subresource: Subresource,
    warn: (text: string) => void,
  ): FieldError[] {
    const wrongType = this.isBuiltin ? [] : this.#typeErrors(object);
    if (wrongType.length > 0) return wrongType;
    const metadata = object.metadata ?? {};
    const common =
      previous === undefined
        ? metadataErrors(metadata, this.definition.namespaced, this.rules.nameCheck)
        : this.#metadataUpdateErrors(object, previous);
    const errors = [...common, ...this.#contentErrors(object, previous, subresource)];
    return this.isBuiltin ? errors : [...errors, ...this.#ruleErrors(object, previous, errors, warn)];
  }

  /** The rules of a definition run on objects that keep to its schema in the main. */
  #ruleErrors(
    object: KubeObject,
    previous: KubeObject | undefined,
    errors: readonly FieldError[],
    warn: (text: string) => void,
  ): FieldError[] {
    const { schema } = this.definition;
    if (schema === undefined || !hasRules(schema)) return [];
    if (errors.some(isBlocking)) return [uncheckedRules];
    return ruleErrors(object as Json, schema, previous as Json | undefined, warn);
  }

  #typeErrors(object: KubeObject): FieldError[] {
    const { kind } = this.definition;
    return [
      ...(object.kind === kind ? [] : [invalid("kind", object.kind ?? "", `must be ${kind}`)]),
      ...(object.apiVersion === this.apiVersion
        ? []
        : [invalid("apiVersion", object.apiVersion ?? "", `must be ${this.apiVersion}`)]),
    ];
  }

  /** Kubernetes checks metadata twice on an update, once for all kinds and once in each. */
  #metadataUpdateErrors(object: KubeObject, previous: KubeObject): FieldError[] {
    const metadata = object.metadata ?? {};
    const changed = metadataUpdateErrors(metadata, previous.metadata ?? {});
    const own = metadataErrors(metadata, this.definition.namespaced, () => []);
    return [...own, ...changed, ...(this.rules.revalidates ? own : []), ...changed];
  }

  #contentErrors(
    object: KubeObject,
    previous: KubeObject | undefined,
    subresource: Subresource,
  ): readonly FieldError[] {
    if (this.isBuiltin) {
      const validate = subresource === "" ? this.rules.validate : this.rules.validateStatus;
      return validate?.(object, previous) ?? [];
    }
    const { schema } = this.definition;
    if (schema === undefined) return [];
    const { scale } = this.definition.subresources;
    return [
      ...customErrors(object, previous, subresource, schema),
      ...(scale === undefined ? [] : scaleErrors(object as JsonMap, scale, subresource !== "")),
      ...newListErrors(object, previous, schema),
    ];
  }
}

const uncheckedRules = invalid(
  "<nil>",
  null,
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
);

function customErrors(
  object: KubeObject,
  previous: KubeObject | undefined,
  subresource: Subresource,
  schema: Schema,
): FieldError[] {
  if (subresource === "") return schemaErrors(object as Json, schema, "", previous as Json | undefined);
  const status = schema.properties?.status;
  if (status === undefined || object.status === undefined) return [];
  const errors = schemaErrors(object.status as Json, status, "", previous?.status as Json | undefined);
  return errors.map((error) => ({ ...error, field: error.field === "<nil>" ? "status" : `status.${error.field}` }));
}

/** Lists that already held something twice may go on doing so. */
function newListErrors(object: KubeObject, previous: KubeObject | undefined, schema: Schema): FieldError[] {
  const errors = listTypeErrors(object as Json, schema);
  if (errors.length === 0 || previous === undefined) return errors;
  return listTypeErrors(previous as Json, schema).length > 0 ? [] : errors;
}

function objectMetaSchema(registry: ResourceRegistry): Schema | undefined {
  return registry.builtins[0]?.schema?.properties?.metadata;
}

function withObjectMeta(schema: Schema | undefined, registry: ResourceRegistry): Schema {
  const text: Schema = { type: "string" };
  const base = schema ?? { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const metadata = objectMetaSchema(registry);
  const properties = { ...base.properties, apiVersion: text, kind: text, ...(metadata !== undefined && { metadata }) };
  return { ...base, type: "object", properties };
}

function withoutNulls(map: JsonMap): JsonMap {
  if (!Object.values(map).includes(null)) return map;
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
}

/** What is unknown in an object of another version, whose schema does not count: all but what every object has. */
function beyondMetadata({ apiVersion, kind, metadata, ...rest }: KubeObject): string[] {
  return Object.keys(rest);
}
