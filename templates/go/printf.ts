import { goTypeOf } from "./go-types.ts";
import { noFlags } from "./print-verb.ts";
import { Printer } from "./printer.ts";
import { GoInt, GoObject, type GoValue } from "./values.ts";

/** Widths and precisions beyond this are refused, as in Go's fmt. */
const maxNumber = 1_000_000;

/** Go's `fmt.Sprintf`. Never fails on a bad verb or argument: the text says `%!d(string=x)`, `%!s(MISSING)` and so on. */
export function sprintf(format: string, args: readonly GoValue[]): string {
  return new Formatter(format, args).run();
}

class Formatter {
  private readonly format: string;
  private readonly args: readonly GoValue[];
  private readonly printer = new Printer();
  private position = 0;
  private next = 0;
  private isReordered = false;
  private isGoodIndex = true;
  private isAfterIndex = false;

  constructor(format: string, args: readonly GoValue[]) {
    this.format = format;
    this.args = args;
  }

  run(): string {
    const { format, printer } = this;
    while (this.position < format.length) {
      const percent = format.indexOf("%", this.position);
      const end = percent < 0 ? format.length : percent;
      if (end > this.position) printer.write(format.slice(this.position, end));
      this.position = end + 1;
      if (percent >= 0) this.directive();
    }
    this.reportExtra();
    return printer.text;
  }

  private directive(): void {
    this.isGoodIndex = true;
    this.isAfterIndex = false;
    this.printer.flags = noFlags();
    this.readFlags();
    this.readIndex();
    this.readWidth();
    this.readPrecision();
    if (!this.isAfterIndex) this.readIndex();
    const point = this.format.codePointAt(this.position);
    const verb = point === undefined ? "" : String.fromCodePoint(point);
    this.position += verb.length;
    if (verb === "") this.printer.write("%!(NOVERB)");
    else if (verb === "%") this.printer.write("%");
    else if (!this.isGoodIndex) this.printer.write(`%!${verb}(BADINDEX)`);
    else if (this.next >= this.args.length) this.printer.write(`%!${verb}(MISSING)`);
    else this.printNext(verb);
  }

  private printNext(verb: string): void {
    const { printer } = this;
    if (verb === "v" || verb === "w") {
      printer.flags.sharpV = printer.flags.sharp;
      printer.flags.sharp = false;
      printer.flags.plus = false;
    }
    printer.print(this.args[this.next++], verb);
  }

  private readFlags(): void {
    const { flags } = this.printer;
    for (; this.position < this.format.length; this.position++) {
      const character = this.format.charAt(this.position);
      if (character === "#") flags.sharp = true;
      else if (character === "0") flags.zero = true;
      else if (character === "+") flags.plus = true;
      else if (character === "-") flags.minus = true;
      else if (character === " ") flags.space = true;
      else return;
    }
  }

  /** An explicit argument: `%[2]d`. */
  private readIndex(): void {
    const { format, position } = this;
    this.isAfterIndex = false;
    if (format.charAt(position) !== "[") return;
    this.isReordered = true;
    const close = position + 2 < format.length ? format.indexOf("]", position + 1) : -1;
    const text = close < 0 ? "" : format.slice(position + 1, close);
    const index = /^\d+$/.test(text) && Number(text) <= maxNumber ? Number(text) - 1 : undefined;
    this.position = close < 0 ? position + 1 : close + 1;
    if (index !== undefined && index >= 0 && index < this.args.length) {
      this.next = index;
      this.isAfterIndex = true;
      return;
    }
    this.isGoodIndex = false;
    this.isAfterIndex = index !== undefined;
  }

  private readWidth(): void {
    const { flags } = this.printer;
    if (this.format.charAt(this.position) !== "*") {
      flags.width = this.readNumber();
      if (this.isAfterIndex && flags.width !== undefined) this.isGoodIndex = false;
      return;
    }
    this.position++;
    flags.width = this.starArgument();
    if (flags.width === undefined) this.printer.write("%!(BADWIDTH)");
    else if (flags.width < 0) {
      flags.width = -flags.width;
      flags.minus = true;
      flags.zero = false;
    }
    this.isAfterIndex = false;
  }

  private readPrecision(): void {
    const { flags } = this.printer;
    if (this.position + 1 >= this.format.length || this.format.charAt(this.position) !== ".") return;
    this.position++;
    if (this.isAfterIndex) this.isGoodIndex = false;
    this.readIndex();
    if (this.format.charAt(this.position) !== "*") {
      flags.precision = this.readNumber() ?? 0;
      return;
    }
    this.position++;
    const given = this.starArgument();
    flags.precision = given === undefined || given < 0 ? undefined : given;
    if (flags.precision === undefined) this.printer.write("%!(BADPREC)");
    this.isAfterIndex = false;
  }

  /** Decimal digits; after too many of them the rest of the format is given up, as in Go. */
  private readNumber(): number | undefined {
    let number: number | undefined;
    while (/\d/.test(this.format.charAt(this.position))) {
      if ((number ?? 0) > maxNumber) {
        this.position = this.format.length;
        return undefined;
      }
      number = (number ?? 0) * 10 + Number(this.format.charAt(this.position));
      this.position++;
    }
    return number;
  }

  private starArgument(): number | undefined {
    if (this.next >= this.args.length) return undefined;
    const value = this.args[this.next++];
    const integer = value instanceof GoObject ? value.integer() : value;
    if (!(integer instanceof GoInt)) return undefined;
    const number = Number(integer.value);
    return Math.abs(number) > maxNumber ? undefined : number;
  }

  private reportExtra(): void {
    if (this.isReordered || this.next >= this.args.length) return;
    this.printer.flags = noFlags();
    this.printer.write("%!(EXTRA ");
    for (let index = this.next; index < this.args.length; index++) {
      if (index > this.next) this.printer.write(", ");
      const value = this.args[index];
      if (value !== null && value !== undefined) this.printer.write(`${goTypeOf(value)}=`);
      this.printer.print(value, "v");
    }
    this.printer.write(")");
  }
}
