import type { ApplicationSource, ApplicationSpec } from "../../crds/application.ts";

/**
 * The form in which specs are compared and written, as Argo CD normalizes an Application: an empty project is `default`,
 * empty policies and zero-valued source blocks are absent. A `directory` block stays when it has an include or exclude.
 */
export function normalizeSpec(spec: ApplicationSpec): ApplicationSpec {
  const { syncPolicy, source, sources, ...rest } = spec;
  return {
    ...rest,
    project: spec.project || "default",
    ...(isBlank(syncPolicy) ? {} : { syncPolicy }),
    ...(source === undefined || source === null ? {} : { source: normalizeSource(source) }),
    ...(sources === undefined || sources === null || sources.length === 0
      ? {}
      : { sources: sources.map(normalizeSource) }),
  } as ApplicationSpec;
}

const blocks = ["helm", "kustomize", "directory", "plugin"] as const;

function normalizeSource(source: ApplicationSource): ApplicationSource {
  if (blocks.every((block) => source[block] === undefined)) return source;
  const copy: { [key: string]: unknown } = { ...source };
  for (const block of blocks) if (isBlank(source[block])) delete copy[block];
  return copy as ApplicationSource;
}

/** Whether a block holds nothing but zero values, at any depth. */
function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.values(value).every(isBlank);
}
