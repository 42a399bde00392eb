import { canonicalJson } from "../src/base/canonical.ts";
import { GoInt } from "../src/base/go-int.ts";
import { normalizeName } from "../src/base/names.ts";
import { newRecord, type Params, type Value } from "../src/base/values.ts";
import { checkRowCount, leafOrigin, leafRow } from "./expansion.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Expansion, GenerateContext, Generator, Input, Row } from "./generator.ts";
import { intervalOf } from "./interval.ts";
import { chooseVendor } from "./scm/choose.ts";
import { ScmFilters } from "./scm/filters.ts";
import { completenessOf, gapsOf } from "./scm/gaps.ts";
import type { ScmProvider, ScmSpec, ScmVendor, ScmVendorKey } from "./scm/provider.ts";
import { scmVendors } from "./scm/registry.ts";
import { type FoundBranch, findBranches } from "./scm/repositories.ts";
import { ScmSession } from "./scm/session.ts";
import { withValues } from "./values.ts";

const halfAnHour = 1_800;

/**
 * A row for each repository of an organization, group, workspace, project or account at a provider, or for each of its
 * branches, that the filters take; in the provider's order. What cannot be read of a list that was begun is a gap.
 */
export const scmProviderGenerator: Generator<"scmProvider"> = {
  kind: "scmProvider",
  async generate(spec, context): Promise<Expansion> {
    const key = chooseVendor(spec, Object.keys(scmVendors) as ScmVendorKey[], context);
    const session = new ScmSession(key, spec, context);
    const filters = new ScmFilters(spec.filters ?? [], context.at);
    const provider = await openProvider(key, spec, session);
    const { branches, failures } = await findBranches(provider, filters, session.limits.concurrency);
    checkRowCount(branches.length, context.limits, context.at);
    const read = branches.map((found) => rowOf(found, provider, spec, context));
    return {
      rows: read.map(({ row }) => row),
      completeness: completenessOf(failures),
      gaps: gapsOf(failures, context.at, session.limits.maxGaps),
      inputs: [...read.map(({ input }) => input), membership(provider, spec, read)],
    };
  },
  requeueAfterSeconds: (spec) => intervalOf(spec.requeueAfterSeconds, halfAnHour),
};

function openProvider(key: ScmVendorKey, spec: ScmSpec, session: ScmSession): Promise<ScmProvider> {
  const vendor = scmVendors[key] as ScmVendor<ScmVendorKey>;
  const block = spec[key] as never;
  session.checkAllowed(vendor.apiOf(block));
  return vendor.open(block, spec.cloneProtocol ?? "", session);
}

interface ReadRow {
  readonly row: Row;
  readonly input: Input;
}

function rowOf(found: FoundBranch, provider: ScmProvider, spec: ScmSpec, context: GenerateContext): ReadRow {
  const { organization, repository } = found.repository;
  const item = `repository ${organization}/${repository} ${found.branch.name}`;
  const params = paramsOf(found, spec, context.nested);
  const input = { id: `${provider.source} ${item}`, version: fingerprint(canonicalJson(params)) };
  const origin = leafOrigin(context.at, "scmProvider", item, [input.id]);
  return { row: leafRow(item, withValues(params, spec.values, context), origin), input };
}

function paramsOf({ repository, branch, labels }: FoundBranch, spec: ScmSpec, nested: boolean): Params {
  const params = newRecord<Value>();
  params.organization = repository.organization;
  params.repository = repository.repository;
  params.repository_id = idValue(repository.id, nested, spec);
  params.url = repository.url;
  params.branch = branch.name;
  params.branchNormalized = normalizeName(branch.name);
  params.sha = branch.sha;
  params.short_sha = branch.sha.slice(0, 8);
  params.short_sha_7 = branch.sha.slice(0, 7);
  params.labels = labels.join(",");
  return params;
}

/** An integer where the provider has one. Flat rows show texts alone, so there it is the text of it. */
function idValue(id: bigint | string, nested: boolean, spec: ScmSpec): Value {
  const kind = spec.gitlab === undefined ? "int" : "int64";
  return nested && typeof id === "bigint" ? new GoInt(kind, id) : id.toString();
}

/** Which branches the spec picks, so that one more or one less is a change of input too. */
function membership(provider: ScmProvider, spec: ScmSpec, read: readonly ReadRow[]): Input {
  const asked = { filters: spec.filters ?? [], cloneProtocol: spec.cloneProtocol ?? "" };
  return {
    id: `${provider.source} ${canonicalJson(asked)}`,
    version: fingerprint(...read.map(({ row }) => row.key)),
    listing: { count: read.length },
  };
}
