import recorded from "../openapi/data/columns.json" with { type: "json" };

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, higher ones only with `-o wide`. */
  readonly priority: number;
}

/** The columns of the built-in kinds by `kind.group`, as recorded from a kube-apiserver. */
export const builtinColumns: { readonly [groupKind: string]: readonly TableColumn[] } = recorded.columns;

/** Name and age, which every kind has. */
export const [nameColumn, ageColumn] = builtinColumns["ServiceAccount."] as readonly [TableColumn, TableColumn];
