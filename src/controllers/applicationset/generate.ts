import type { ScmSettings } from "../../../generators/scm/settings.ts";
import type { GitSource } from "../../git/repository.ts";
import { gitPort } from "../../inputs/git-source.ts";
import type { HttpCache } from "../../inputs/http-cache.ts";
import { hubPorts } from "../../inputs/hub.ts";
import type { OciArtifacts } from "../../inputs/oci/port.ts";
import { generateSet } from "../../render/generated-set.ts";
import type { HubView } from "../hub-view.ts";
import { viewReader } from "../view-reader.ts";
import type { SetReconcilerOptions } from "./reconcile.ts";

export interface SetGeneratorOptions {
  readonly view: HubView;
  readonly git: GitSource;
  /** Answers of plugins and providers, kept between generations. */
  readonly http: HttpCache;
  /** Unpacked OCI artifacts, kept between generations. */
  readonly oci: OciArtifacts;
  readonly newGitFileGlobbing: boolean;
  readonly scm: ScmSettings;
}

/** Generates sets from the copies that the view keeps and from git, by the same functions as the command line. */
export function setGenerator({
  view,
  git,
  http,
  oci,
  newGitFileGlobbing,
  scm,
}: SetGeneratorOptions): SetReconcilerOptions["generate"] {
  return (set, { refresh, signal }) => {
    const asked = http.port({ refresh });
    const remotes = { git: gitPort(git, { refresh }), http: asked, oci: oci.port(asked), scm };
    const ports = hubPorts(viewReader(view, signal), remotes);
    return generateSet(set, ports, { newGitFileGlobbing, signal });
  };
}
