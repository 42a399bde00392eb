import { fromBytes, sortedKeys } from "./bytes.ts";
import { GoComplex } from "./complex.ts";
import { goTypeOf, isGoMap, isList, isNilCollection, listTypeOf } from "./go-types.ts";
import {
  noFlags,
  type PrintFlags,
  pad,
  printBool,
  printComplex,
  printFloat,
  printInteger,
  printString,
} from "./print-verb.ts";
import { GoInt, GoObject, type GoValue } from "./values.ts";

/** How much one call may print, and how deep a value may nest: a map can hold itself, and lists can share parts without end. */
const maxCharacters = 4 << 20;
const maxPieces = 1 << 20;
const maxNesting = 1_000;

/** Writes values under verbs as Go's fmt does. One per call of printf and its kin. */
export class Printer {
  text = "";
  private pieces = 0;
  flags: PrintFlags = noFlags();

  write(text: string): void {
    this.text += text;
    if (this.text.length > maxCharacters || ++this.pieces > maxPieces) {
      throw new Error("the value is too large to print");
    }
  }

  /** One argument under a verb; a verb that does not fit gives `%!verb(type=value)`, never an error. */
  print(value: GoValue, verb: string): void {
    if (value === null || value === undefined) this.write(this.nil(verb));
    else if (verb === "T") this.write(printString(goTypeOf(value), "s", this.flags) ?? "");
    else if (verb === "p" && isReference(value)) this.write(address(this.flags));
    else if (verb === "p" || verb === "w") this.printBad(value, verb);
    else this.printValue(value, verb, 0);
  }

  private nil(verb: string): string {
    return verb === "v" || verb === "T" ? pad("<nil>", this.flags) : `%!${verb}(<nil>)`;
  }

  private printValue(value: GoValue, verb: string, depth: number): void {
    if (depth > maxNesting) throw new Error(`the value is nested more than ${maxNesting} levels deep or holds itself`);
    if (isList(value)) this.printList(value, verb, depth);
    else if (isGoMap(value)) this.printMap(value, verb, depth);
    else if (value === null || value === undefined) this.write(this.flags.sharpV ? "interface {}(nil)" : "<nil>");
    else {
      const text = this.scalar(value, verb);
      if (text === undefined) this.printBad(value, verb);
      else this.write(text);
    }
  }

  private scalar(value: GoValue, verb: string): string | undefined {
    switch (typeof value) {
      case "string":
        return printString(value, verb, this.flags);
      case "number":
        return printFloat(value, verb, this.flags);
      case "bigint":
        return printFloat(Number(value), verb, this.flags);
      case "boolean":
        return printBool(value, verb, this.flags);
    }
    if (value instanceof GoInt) return printInteger(value.value, !value.kind.startsWith("u"), verb, this.flags);
    return value instanceof GoObject ? this.object(value, verb) : undefined;
  }

  private object(value: GoObject, verb: string): string | undefined {
    if (value instanceof GoComplex) return printComplex(value.real, value.imaginary, verb, this.flags);
    if (verb === "v" || verb === "s" || verb === "x" || verb === "X" || verb === "q") {
      return printString(value.toString(), verb === "v" ? "s" : verb, this.flags);
    }
    const integer = value.integer();
    if (integer === undefined) return undefined;
    return printInteger(integer.value, !integer.kind.startsWith("u"), verb, this.flags);
  }

  private printBad(value: GoValue, verb: string): void {
    this.write(`%!${verb}(${goTypeOf(value)}=`);
    this.printValue(value, "v", 0);
    this.write(")");
  }

  private printList(list: readonly GoValue[], verb: string, depth: number): void {
    const type = listTypeOf(list);
    const go = this.flags.sharpV;
    if (type === "[]uint8" && "sqxX".includes(verb)) this.write(printString(bytesText(list), verb, this.flags) ?? "");
    else if (go && isNilCollection(list)) this.write(`${type}(nil)`);
    else {
      this.write(go ? `${type}{` : "[");
      list.forEach((item, index) => {
        if (index > 0) this.write(go ? ", " : " ");
        this.printValue(item, verb, depth + 1);
      });
      this.write(go ? "}" : "]");
    }
  }

  private printMap(map: { readonly [key: string]: GoValue }, verb: string, depth: number): void {
    const go = this.flags.sharpV;
    const type = goTypeOf(map);
    if (go && isNilCollection(map)) this.write(`${type}(nil)`);
    else {
      this.write(go ? `${type}{` : "map[");
      sortedKeys(map).forEach((key, index) => {
        if (index > 0) this.write(go ? ", " : " ");
        this.printValue(key, verb, depth + 1);
        this.write(":");
        this.printValue(map[key], verb, depth + 1);
      });
      this.write(go ? "}" : "]");
    }
  }
}

/** Addresses differ from run to run in Go; here every reference has the same one. */
function address(flags: PrintFlags): string {
  return printInteger(0xc000000000n, false, "x", { ...flags, sharp: !flags.sharp }) ?? "";
}

function isReference(value: GoValue): boolean {
  return isList(value) || isGoMap(value) || (value instanceof GoObject && value.goKind === "ptr");
}

function bytesText(list: readonly GoValue[]): string {
  return fromBytes(Uint8Array.from(list, (item) => (item instanceof GoInt ? Number(item.value) : Number(item))));
}
