import { type Change, each, type Fields, fieldsAt, fill, filling, inside, isFields, put, sequence } from "./fill.ts";
import { podTemplate } from "./pod.ts";

function withStatus(first: Fields): Change {
  return (object) => fill(object, { status: first });
}

/** The parameters of a strategy exist only for the type they belong to. */
function rollingUpdate(name: string, parameters: Fields): Change {
  return (spec) => {
    const strategy = fill(fieldsAt(spec, name), { type: "RollingUpdate" });
    if (strategy.type !== "RollingUpdate") return put(spec, name, strategy);
    const filled = fill(fieldsAt(strategy, "rollingUpdate"), parameters);
    const next = put(strategy, "rollingUpdate", filled);
    return next === spec[name] ? spec : put(spec, name, next);
  };
}

/** A spec is a struct: one that a client left out is there all the same, and gets its defaults. */
const withSpec = filling({ spec: {} });

export const deployment = sequence(
  withSpec,
  inside(
    "spec",
    sequence(
      podTemplate,
      filling({ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
      rollingUpdate("strategy", { maxSurge: "25%", maxUnavailable: "25%" }),
    ),
  ),
  withStatus({}),
);

const claimTemplate = sequence(
  filling({ apiVersion: "v1", kind: "PersistentVolumeClaim", status: { phase: "Pending" } }),
  inside("spec", filling({ volumeMode: "Filesystem" })),
);

export const statefulSet = sequence(
  withSpec,
  inside(
    "spec",
    sequence(
      podTemplate,
      filling({
        podManagementPolicy: "OrderedReady",
        replicas: 1,
        revisionHistoryLimit: 10,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      }),
      rollingUpdate("updateStrategy", { partition: 0 }),
      each("volumeClaimTemplates", claimTemplate),
    ),
  ),
  withStatus({ replicas: 0, availableReplicas: 0 }),
);

export const daemonSet = sequence(
  withSpec,
  inside(
    "spec",
    sequence(
      podTemplate,
      filling({ revisionHistoryLimit: 10 }),
      rollingUpdate("updateStrategy", { maxSurge: 0, maxUnavailable: 1 }),
    ),
  ),
  withStatus({ currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 }),
);

export const replicaSet = sequence(
  withSpec,
  inside("spec", sequence(podTemplate, filling({ replicas: 1 }))),
  withStatus({ replicas: 0 }),
);

/** Selector and labels come from the template, as the older kind has it. */
export const replicationController = sequence(
  (object) => {
    const spec = fieldsAt(object, "spec");
    const labels = fieldsAt(fieldsAt(fieldsAt(spec, "template"), "metadata"), "labels");
    if (Object.keys(labels).length === 0) return object;
    const labelled = inside("metadata", filling({ labels }))(object);
    return inside("spec", filling({ selector: labels }))(labelled);
  },
  inside("spec", sequence(podTemplate, filling({ replicas: 1 }))),
  withStatus({ replicas: 0 }),
);

const jobSpec: Change = (spec) => {
  const single = spec.completions === undefined && spec.parallelism === undefined;
  return sequence(
    podTemplate,
    filling({
      ...(single ? { completions: 1 } : {}),
      parallelism: 1,
      backoffLimit: 6,
      completionMode: "NonIndexed",
      manualSelector: false,
      podReplacementPolicy: spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed",
      suspend: false,
    }),
  )(spec);
};

/** A Job selects its own pods by its uid, so that two Jobs with equal labels never share one. */
export function job(object: Fields, previous: Fields | undefined): Fields {
  const filled = sequence(withSpec, inside("spec", jobSpec), withStatus({}))(object);
  const spec = fieldsAt(filled, "spec");
  if (spec.manualSelector === true) return filled;
  if (previous !== undefined) return keepSelector(filled, fieldsAt(previous, "spec"));
  const metadata = fieldsAt(filled, "metadata");
  const [uid, name] = [metadata.uid, metadata.name];
  if (typeof uid !== "string" || isFields(spec.selector)) return filled;
  const labels = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  const labelled = (fields: Fields) => put(fields, "labels", { ...fieldsAt(fields, "labels"), ...labels });
  return sequence(
    inside("metadata", labelled),
    inside("spec", filling({ selector: { matchLabels: { "batch.kubernetes.io/controller-uid": uid } } })),
    inside("spec", inside("template", inside("metadata", labelled))),
  )(filled);
}

function keepSelector(object: Fields, previousSpec: Fields): Fields {
  const selector = previousSpec.selector;
  const labels = fieldsAt(fieldsAt(fieldsAt(previousSpec, "template"), "metadata"), "labels");
  const generated = Object.entries(labels).filter(([key]) => /(^|\/)(controller-uid|job-name)$/.test(key));
  return inside(
    "spec",
    sequence(
      filling({ selector }),
      inside(
        "template",
        inside("metadata", (metadata) => {
          const next = fill(fieldsAt(metadata, "labels"), Object.fromEntries(generated));
          return next === metadata.labels || generated.length === 0 ? metadata : put(metadata, "labels", next);
        }),
      ),
    ),
  )(object);
}

export const cronJob = sequence(
  withSpec,
  inside(
    "spec",
    sequence(
      filling({ concurrencyPolicy: "Allow", suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 }),
      inside("jobTemplate", sequence(filling({ metadata: {} }), inside("spec", podTemplate))),
    ),
  ),
  withStatus({}),
);

export const podTemplateObject = podTemplate;
