import type { KubeObject } from "../kube/objects.ts";
import { describeObject } from "../kube/objects.ts";
import { ComparisonError } from "./errors.ts";
import type { ApplicationSource } from "./live-application.ts";

const useArgo = "deliver it by Argo CD (spec.fleet.delivery: hub)";

function refuse(what: string, field: string): never {
  throw new ComparisonError(`${what}, which the built-in sync engine can't do yet`, {
    details: { field, remedy: useArgo },
  });
}

/** A source that only Argo CD can render is told so and not touched. */
export function refuseUnsupported(source: ApplicationSource): void {
  const { chart, helm, kustomize, plugin, directory, repoURL } = source;
  if (chart !== undefined && chart !== "") refuse(`the source is the Helm chart ${chart}`, "spec.source.chart");
  if (repoURL.startsWith("oci://")) refuse("the source is an OCI artifact", "spec.source.repoURL");
  if (helm !== undefined) refuse("the source is rendered by Helm", "spec.source.helm");
  if (kustomize !== undefined) refuse("the source is rendered by Kustomize", "spec.source.kustomize");
  if (plugin !== undefined) refuse("the source is rendered by a plugin", "spec.source.plugin");
  const { extVars, libs, tlas } = directory?.jsonnet ?? {};
  if ([extVars, libs, tlas].some((list) => list !== undefined && list.length > 0)) {
    refuse("the source is rendered by Jsonnet", "spec.source.directory.jsonnet");
  }
}

const chartFile = /^Chart\.yaml$/;
const kustomizationFile = /^(kustomization\.ya?ml|Kustomization)$/;

/** What Argo CD finds out from the files of a source that names no tool. */
export function refuseUnsupportedFiles(source: ApplicationSource, relativePaths: readonly string[]): void {
  if (source.directory !== undefined) return;
  if (relativePaths.some((path) => chartFile.test(path))) refuse("the path holds a Helm chart", "spec.source.path");
  if (relativePaths.some((path) => kustomizationFile.test(path)))
    refuse("the path holds a kustomization", "spec.source.path");
}

const hookAnnotations = ["argocd.argoproj.io/hook", "helm.sh/hook"];
const waveAnnotation = "argocd.argoproj.io/sync-wave";

/** An object that has to come at a certain moment of the sync; applying it at another one would be wrong. */
export function refuseUnsupportedObject(object: KubeObject): void {
  const annotations = object.metadata.annotations ?? {};
  const hook = hookAnnotations.find((name) => Object.hasOwn(annotations, name));
  if (hook !== undefined) refuse(`${describeObject(object)} is a hook`, `metadata.annotations[${hook}]`);
  const wave = Object.hasOwn(annotations, waveAnnotation) ? annotations[waveAnnotation] : undefined;
  if (wave !== undefined && Number(wave) !== 0) {
    refuse(`${describeObject(object)} is in sync wave ${wave}`, `metadata.annotations[${waveAnnotation}]`);
  }
  if (object.apiVersion === "kustomize.config.k8s.io/v1beta1") refuse("the path holds a kustomization", "kind");
}

/** A file that has to be evaluated first. */
export function refuseJsonnet(path: string): void {
  if (path.endsWith(".jsonnet")) refuse(`${path} has to be evaluated by Jsonnet`, "spec.source.directory");
}
