import { formatFloat } from "../../src/base/go-format.ts";
import { GoObject } from "./values.ts";

/** A complex128, which only a literal such as `1+2i` makes. */
export class GoComplex extends GoObject {
  readonly goType = "complex128";
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    super();
    this.real = real;
    this.imaginary = imaginary;
  }

  override toString(): string {
    const imaginary = formatFloat(this.imaginary, "g");
    return `(${formatFloat(this.real, "g")}${/^[-+]/.test(imaginary) ? "" : "+"}${imaginary}i)`;
  }

  override get goKind(): string {
    return "complex128";
  }

  override member(): undefined {
    return undefined;
  }
}
