/** Who asks. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
}

/** The administrator may do everything; the group is Kubernetes' own for that. */
export const admin: User = { name: "admin", groups: ["system:masters", "system:authenticated"] };
