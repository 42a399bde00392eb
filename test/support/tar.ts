/** A member of an archive for tests; anything not given is what an ordinary file has. */
export interface TestMember {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly flag?: string;
  readonly target?: string;
  /** In place of the content's length. */
  readonly size?: number | string;
  readonly prefix?: string;
}

/** An archive of these members, with two empty blocks at its end. */
export function makeTar(...members: readonly TestMember[]): Buffer {
  return Buffer.concat([...members.flatMap(blocksOf), Buffer.alloc(1_024)]);
}

/** An archive of files by their paths. */
export function tarOf(files: { readonly [path: string]: string }): Buffer {
  return makeTar(...Object.entries(files).map(([name, content]) => ({ name, content })));
}

/** A header of pax for the member that follows. */
export function paxMember(records: { readonly [key: string]: string }): TestMember {
  return {
    name: "pax",
    flag: "x",
    content: Object.entries(records)
      .map(([key, value]) => recordOf(key, value))
      .join(""),
  };
}

function recordOf(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + String(bytes).length;
  if (String(length).length > String(bytes).length) length = bytes + String(length).length;
  return `${length}${rest}`;
}

function blocksOf({ name, content = "", flag = "0", target = "", size, prefix = "" }: TestMember): Buffer[] {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  const put = (text: string, at: number) => header.write(text, at, "utf8");
  put(name.slice(0, 100), 0);
  put("0000644\0", 100);
  put(typeof size === "string" ? size : `${(size ?? bytes.length).toString(8).padStart(11, "0")}\0`, 124);
  put("        ", 148);
  put(flag, 156);
  put(target.slice(0, 100), 157);
  put("ustar\x0000", 257);
  put(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
  return [header, bytes, padding];
}
