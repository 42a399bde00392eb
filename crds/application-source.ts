import { anyObject, flag, intOrString, list, object, record, type Shape, text, textMap, texts } from "./fields.ts";

const nameValue = { name: text("The name."), value: text("The value.") };

const helm = object(
  {
    apiVersions: texts("API versions that the chart is told the cluster has.").optional(),
    fileParameters: list(
      object({ name: text("The parameter.").optional(), path: text("The file.").optional() }),
      "Parameters whose values are the contents of files.",
    ).optional(),
    ignoreMissingValueFiles: flag("Leaves out value files that do not exist.").optional(),
    kubeVersion: text("The Kubernetes version that the chart is told.").optional(),
    namespace: text("The namespace to render with; by default that of the destination.").optional(),
    parameters: list(
      object({
        forceString: flag("Keeps a value that looks like a number or boolean a text.").optional(),
        name: text("The parameter.").optional(),
        value: text("Its value.").optional(),
      }),
      "Single values, which win over all other ways to set them.",
    ).optional(),
    passCredentials: flag("Sends credentials to every domain that serves a part of the chart.").optional(),
    releaseName: text("The release's name; by default that of the Application.").optional(),
    skipCrds: flag("Leaves out the chart's crds folder.").optional(),
    skipSchemaValidation: flag("Does not check values against the chart's schema.").optional(),
    skipTests: flag("Leaves out manifests that are tests.").optional(),
    valueFiles: texts("Files of values, later ones win.").optional(),
    values: text("Values as YAML text.").optional(),
    valuesObject: anyObject("Values as a map; wins over values.").optional(),
    version: text("The version of Helm to render with.").optional(),
  },
  "How to render a Helm chart.",
);

const kustomize = object(
  {
    apiVersions: texts("API versions that Helm charts in the kustomization are told the cluster has.").optional(),
    commonAnnotations: textMap("Annotations for every resource.").optional(),
    commonAnnotationsEnvsubst: flag("Replaces build variables in the values of commonAnnotations.").optional(),
    commonLabels: textMap("Labels for every resource.").optional(),
    components: texts("Components to add.").optional(),
    forceCommonAnnotations: flag("Overwrites annotations that exist.").optional(),
    forceCommonLabels: flag("Overwrites labels that exist.").optional(),
    ignoreMissingComponents: flag("Leaves out components that do not exist.").optional(),
    images: texts("Image overrides, [old=]name[:tag|@digest].").optional(),
    kubeVersion: text("The Kubernetes version that Helm charts in the kustomization are told.").optional(),
    labelIncludeTemplates: flag("Puts commonLabels into pod templates too.").optional(),
    labelWithoutSelector: flag("Keeps commonLabels out of selectors.").optional(),
    namePrefix: text("A prefix for every name.").optional(),
    nameSuffix: text("A suffix for every name.").optional(),
    namespace: text("The namespace for every resource.").optional(),
    patches: list(
      object({
        options: record(flag(), "Switches of the patch, such as allowNameChange.").optional(),
        patch: text("The patch itself.").optional(),
        path: text("A file that holds the patch.").optional(),
        target: object(
          {
            annotationSelector: text().optional(),
            group: text().optional(),
            kind: text().optional(),
            labelSelector: text().optional(),
            name: text().optional(),
            namespace: text().optional(),
            version: text().optional(),
          },
          "Which resources it changes.",
        ).optional(),
      }),
      "Patches to apply.",
    ).optional(),
    replicas: list(
      object({ count: intOrString("How many."), name: text("The workload.") }),
      "Replica counts of workloads.",
    ).optional(),
    version: text("The version of Kustomize to build with.").optional(),
  },
  "How to build a kustomization.",
);

const jsonnetVariable = object({ code: flag("The value is code.").optional(), ...nameValue });

const directory = object(
  {
    disableExtensionFilter: flag("Reads files of every name and not only .yaml, .yml, .json and .jsonnet.").optional(),
    exclude: text("A glob of files to leave out.").optional(),
    include: text("A glob of files to read; others are left out.").optional(),
    jsonnet: object(
      {
        extVars: list(jsonnetVariable, "External variables.").optional(),
        libs: texts("Folders of libraries.").optional(),
        tlas: list(jsonnetVariable, "Top-level arguments.").optional(),
      },
      "How to evaluate Jsonnet files.",
    ).optional(),
    recurse: flag("Reads folders below the path too.").optional(),
  },
  "How to read a directory of plain manifests.",
);

const plugin = object(
  {
    env: list(object(nameValue), "Environment variables.").optional(),
    name: text("The plugin; found by itself when absent.").optional(),
    parameters: list(
      object({
        array: texts("Its value, when it is a list.").optional(),
        map: textMap("Its value, when it is a map.").optional(),
        name: text("The parameter.").optional(),
        string: text("Its value, when it is a text.").optional(),
      }),
      "Parameters of the plugin.",
    ).optional(),
  },
  "How to call a config management plugin.",
);

/** The ways to turn a source into manifests; at most one applies. */
export const sourceTools = {
  directory: directory.optional(),
  helm: helm.optional(),
  kustomize: kustomize.optional(),
  plugin: plugin.optional(),
};

/** Where an Application's manifests come from. */
export const applicationSource = object(
  {
    chart: text("The chart in a Helm repository.").optional(),
    ...sourceTools,
    name: text("A name for this source among several.").optional(),
    path: text("The folder in the repository.").optional(),
    ref: text("A name by which value files of other sources find this one: $name/path.").optional(),
    repoURL: text("The git, Helm or OCI repository."),
    tagPrefix: text("Only tags with this prefix count when the revision is a range of versions.").optional(),
    targetRevision: text("A branch, tag, commit, version or range of versions; HEAD when absent.").optional(),
  },
  "Where the manifests come from.",
);

/** Where manifests come from, and the tool that renders them. */
export type ApplicationSource = Shape<typeof applicationSource>;
