/** A member of the demo's fleet. */
export interface DemoCluster {
  readonly name: string;
  readonly labels: { readonly env: string; readonly region: string };
}

/** Everything in the demo that has a name, so that a test can draw others. */
export interface DemoNames {
  readonly namespace: string;
  readonly set: string;
  /** Registered at the start. */
  readonly clusters: readonly DemoCluster[];
  /** Registered while all is running. */
  readonly newCluster: DemoCluster;
  /** Apps that are the same everywhere. */
  readonly apps: readonly string[];
  /** An app with a directory for each environment. */
  readonly overlayApp: string;
  /** Added by a commit while all is running. */
  readonly newApp: string;
  /** The environments; the first cluster moves from its own to the other one. */
  readonly environments: readonly [string, string];
}

const member = (name: string, env: string, region: string): DemoCluster => ({ name, labels: { env, region } });

export const demoNames: DemoNames = {
  namespace: "argocd",
  set: "platform",
  clusters: [
    member("member-eu-1", "staging", "eu-west-1"),
    member("member-eu-2", "production", "eu-west-1"),
    member("member-us-1", "production", "us-east-1"),
    member("member-us-2", "production", "us-east-1"),
  ],
  newCluster: member("member-ap-1", "production", "ap-south-1"),
  apps: ["web", "metrics"],
  overlayApp: "api",
  newApp: "search",
  environments: ["staging", "production"],
};
