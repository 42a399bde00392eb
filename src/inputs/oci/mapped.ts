import type { GitPort, OciPort } from "../../../generators/ports.ts";
import { GenerationError } from "../../base/errors.ts";
import { isSameUrl } from "../../git/remote-url.ts";

/**
 * Artifacts of which some are directories of this machine: those are read as git reads such a directory. Without `registries`
 * any other one is an error, since nothing may be dialled.
 */
export function mappedOci(mappings: readonly { readonly url: string }[], git: GitPort, registries?: OciPort): OciPort {
  return {
    async open(source, signal) {
      const isMapped = mappings.some(({ url }) => isSameUrl(withScheme(url), withScheme(source.repoURL)));
      if (isMapped) return git.open(source, signal);
      if (registries !== undefined) return registries.open(source, signal);
      throw new GenerationError(`OCI artifact ${source.repoURL} is not mapped, and registries are not asked offline`, {
        details: { remedy: `add --repo ${source.repoURL}=DIRECTORY` },
      });
    },
  };
}

function withScheme(url: string): string {
  return `oci://${url.replace(/^oci:\/\//i, "")}`;
}
