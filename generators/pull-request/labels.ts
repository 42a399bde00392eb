/** Whether all wanted labels are among those of a pull request. */
export function hasLabels(labels: readonly string[], wanted: readonly string[] | undefined): boolean {
  return (wanted ?? []).every((label) => labels.includes(label));
}

/** The labels, or undefined for none: so Argo CD's list is nil and not empty. */
export function orNil(labels: readonly string[]): readonly string[] | undefined {
  return labels.length === 0 ? undefined : labels;
}
