import type { NumberLiteral } from "./literal.ts";

/** Where a node stands in the template: offsets in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An operand of a command. */
export type Operand = Span &
  (
    | { readonly kind: "dot" }
    | { readonly kind: "nil" }
    | { readonly kind: "bool"; readonly value: boolean }
    | { readonly kind: "number"; readonly value: NumberLiteral }
    | { readonly kind: "string"; readonly value: string }
    | { readonly kind: "field"; readonly path: readonly string[] }
    | { readonly kind: "variable"; readonly name: string; readonly path: readonly string[] }
    | { readonly kind: "function"; readonly name: string }
    | { readonly kind: "pipeline"; readonly pipeline: Pipeline }
    | { readonly kind: "chain"; readonly base: Operand; readonly path: readonly string[] }
  );

/** A function, method or field with its arguments: one stage of a pipeline. */
export interface Command extends Span {
  readonly operands: readonly [Operand, ...Operand[]];
}

/** Commands joined by `|`, and the variables that take the result. */
export interface Pipeline extends Span {
  readonly variables: readonly string[];
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

/** A piece of a template's body. The span of an action reaches from `{{` to `}}` of its first tag. */
export type Statement = Span &
  (
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "action"; readonly pipeline: Pipeline }
    | {
        readonly kind: "if" | "with" | "range";
        readonly pipeline: Pipeline;
        readonly body: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    | { readonly kind: "break" }
    | { readonly kind: "continue" }
    | { readonly kind: "template"; readonly name: string; readonly pipeline: Pipeline | undefined }
  );

/** A body under its name; `define` and `block` make further ones beside the text's own. */
export interface Definition {
  readonly name: string;
  readonly body: readonly Statement[];
}

/** A parsed text: its own body stands under the name that every text of Argo CD has, `base`. */
export interface ParsedText {
  readonly text: string;
  readonly definitions: ReadonlyMap<string, Definition>;
}

/** The name of a text's own body. */
export const mainName = "base";
