import { type Params, stringList, stringMap } from "../../src/base/values.ts";
import { type CompiledText, newRowRun } from "../../templates/engine.ts";
import { goEngine } from "../../templates/go/engine.ts";

/** What real ApplicationSets hold: mostly plain fields, some functions, a little control flow, and constants. */
export const realisticTexts: readonly string[] = [
  "{{ .name }}",
  "{{ .server }}",
  "{{.name}}-{{.values.addonChart}}",
  "{{ .nameNormalized }}-ingress",
  "{{ .metadata.labels.env }}",
  "{{ .metadata.labels.region }}",
  "{{ .metadata.annotations.addons_repo_url }}",
  "{{ .metadata.annotations.addons_repo_basepath }}{{ .metadata.annotations.addons_repo_path }}",
  "{{ .metadata.annotations.addons_repo_revision }}",
  "{{ .values.addonChart }}",
  "{{ .values.addonChartVersion }}",
  "{{ .values.addonChartRepository }}",
  "$values/{{ .metadata.annotations.addons_repo_basepath }}environments/{{ .metadata.labels.env }}/values.yaml",
  "$values/clusters/{{ .name }}/values.yaml",
  "{{ .path.path }}",
  "{{ .path.basename }}",
  "{{ .path.basenameNormalized }}-{{ .name }}",
  "{{ index .path.segments 1 }}",
  "{{ index .path.segments 0 }}-{{ index .path.segments 2 }}",
  '{{ index .metadata.labels "argocd.argoproj.io/secret-type" }}',
  '{{ index .metadata.annotations "example.com/account-id" }}',
  "CreateNamespace=true",
  "ServerSideApply=true",
  "https://kubernetes.default.svc",
  "main",
  "charts/app",
  "argocd",
  "{{ .project }}",
  '{{ default "default" .project }}',
  '{{ .values.release | default "stable" }}',
  "{{ .name | upper }}",
  "{{ .name | lower | trunc 20 }}",
  '{{ .name | replace "-" "_" }}',
  '{{ printf "%s-%s" .name .metadata.labels.env }}',
  '{{ if eq .metadata.labels.env "prod" }}true{{ else }}false{{ end }}',
  '{{ if hasKey .metadata.labels2 "tier" }}gold{{ else }}none{{ end }}',
  "{{ if .metadata.labels.canary }}canary{{ else }}stable{{ end }}",
  "{{ .app.replicas }}",
  "{{ .app.replicas | int }}",
  "{{ .app.owner.team }}/{{ .app.owner.email }}",
  "{{ .app.name | quote }}",
  '{{ trimSuffix "/" .metadata.annotations.addons_repo_basepath }}',
  '{{ splitList "," .metadata.annotations.owners | first }}',
  '{{ range splitList "," .metadata.annotations.owners }}- {{ . }}\n{{ end }}',
  '{{ dict "cluster" .name "region" .metadata.labels.region | toJson }}',
  "{{ .app.limits | toJson }}",
  "helm-{{ .values.addonChart }}-{{ .values.addonChartVersion }}",
  "{{ .name }}.{{ .metadata.labels.region }}.example.com",
  "region={{ .metadata.labels.region }},tier={{ .metadata.labels.tier }}",
  "{{ if and .app.debug .metadata.labels.env }}debug{{ else }}info{{ end }}",
  "image:\n  repository: example/{{ .app.name }}\n  tag: {{ .values.release }}\n",
  "cluster: {{ .name }}\nregion: {{ .metadata.labels.region }}\nreplicas: {{ .app.replicas }}\n",
  "{{`{{ $labels.instance }}`}} is down on {{ .name }}",
  "/spec/replicas",
  "apps",
  "Deployment",
  "{{ .metadata.labels.tier }}",
  "{{ .values.release }}-{{ .path.basename }}",
  "{{ $ns := .app.name }}{{ $ns }}-{{ .metadata.labels.env }}",
  '{{ ternary "ha" "single" (eq .metadata.labels.tier "gold") }}',
];

function makeParams(row: number): Params {
  return {
    name: `prod-eu-west-${row}`,
    nameNormalized: `prod-eu-west-${row}`,
    server: `https://cluster-${row}.example.com:6443`,
    project: "",
    metadata: {
      labels: stringMap({
        env: row % 2 === 0 ? "prod" : "stage",
        region: "eu-west-1",
        tier: "gold",
        "argocd.argoproj.io/secret-type": "cluster",
      }),
      labels2: { tier: "gold" },
      annotations: stringMap({
        addons_repo_url: "https://git.example.com/addons.git",
        addons_repo_basepath: "gitops/",
        addons_repo_path: "charts",
        addons_repo_revision: "main",
        "example.com/account-id": "000123456789",
        owners: "team-a,team-b",
      }),
    },
    values: stringMap({
      addonChart: "ingress-nginx",
      addonChartVersion: "4.10.1",
      addonChartRepository: "https://charts.example.com",
      release: "stable",
    }),
    path: {
      path: "clusters/eu/stage",
      basename: "stage",
      basenameNormalized: "stage",
      segments: stringList(["clusters", "eu", "stage"]),
    },
    app: {
      name: "checkout",
      replicas: 3,
      debug: false,
      owner: { team: "payments", email: "payments@example.com" },
      limits: { memory: "512Mi", cpu: 0.5 },
    },
  };
}

/** Renders every text for each of the rows as a controller does: compiled once, one run per row; gives the characters. */
export function renderRows(texts: readonly CompiledText[], rows: number): number {
  let characters = 0;
  for (let row = 0; row < rows; row++) {
    const params = makeParams(row);
    const run = newRowRun();
    for (const text of texts) characters += text.render(params, run).length;
  }
  return characters;
}

export interface ExpressionFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: "s";
  readonly goal: number;
}

/** How long 600,000 evaluations of 60 realistic strings take, parsing included: the best of three. */
export async function benchExpressions(): Promise<ExpressionFigure[]> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    const texts = realisticTexts.map((text, index) => goEngine.compile(text, `text ${index}`, {}));
    renderRows(texts, 600_000 / realisticTexts.length);
    times.push((performance.now() - started) / 1000);
  }
  return [{ name: "600,000 evaluations of 60 Go template strings", value: Math.min(...times), unit: "s", goal: 1.5 }];
}
