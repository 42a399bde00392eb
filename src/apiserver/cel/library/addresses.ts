import { isIPv4, isIPv6 } from "node:net";
import { goQuoted } from "../../validation/go-quote.ts";
import { fn, method, type Overload } from "../overload.ts";
import { addressType, networkType } from "../type-names.ts";
import { boolType, intType, stringType } from "../types.ts";
import { EvaluationError, Extension, noOverload } from "../values.ts";

type Bits = 32 | 128;

/** An address as one number, which makes masks and prefixes shifts. */
class Address extends Extension {
  readonly typeName = addressType.name;
  readonly value: bigint;
  readonly bits: Bits;

  constructor(value: bigint, bits: Bits) {
    super();
    this.value = value;
    this.bits = bits;
  }

  equals(other: Extension): boolean {
    return other instanceof Address && other.bits === this.bits && other.value === this.value;
  }

  /** Whether the first bits are those. */
  startsWith(prefix: bigint, length: number): boolean {
    return this.value >> BigInt(this.bits - length) === prefix;
  }

  override toString(): string {
    return this.bits === 32 ? showIPv4(this.value) : showIPv6(this.value);
  }
}

class Network extends Extension {
  readonly typeName = networkType.name;
  readonly address: Address;
  readonly length: number;

  constructor(address: Address, length: number) {
    super();
    this.address = address;
    this.length = length;
  }

  get prefix(): bigint {
    return this.address.value >> BigInt(this.address.bits - this.length);
  }

  equals(other: Extension): boolean {
    return other instanceof Network && other.length === this.length && other.address.equals(this.address);
  }

  contains(address: Address): boolean {
    return address.bits === this.address.bits && address.startsWith(this.prefix, this.length);
  }

  override toString(): string {
    return `${this.address}/${this.length}`;
  }
}

function showIPv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
}

/** The longest run of at least two zeros is left out, the first of equals. */
function showIPv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  let [best, length] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (groups[end] === "0") end++;
    if (end - start > length) [best, length] = [start, end - start];
  }
  if (best < 0) return groups.join(":");
  return `${groups.slice(0, best).join(":")}::${groups.slice(best + length).join(":")}`;
}

function valueOfIPv4(text: string): bigint {
  return text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function valueOfIPv6(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const low = dotted === null ? 0n : valueOfIPv4(dotted[2]!);
  const plain = dotted === null ? text : `${dotted[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  const [head = "", tail] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

function isMapped({ value, bits }: Address): boolean {
  return bits === 128 && value >> 32n === 0xffffn;
}

/** An address, whatever its zone; undefined for what is none. */
function read(text: string): Address | undefined {
  if (isIPv4(text)) return new Address(valueOfIPv4(text), 32);
  const [plain = "", zone] = text.split("%");
  return isIPv6(plain) && zone !== "" ? new Address(valueOfIPv6(plain), 128) : undefined;
}

function problemOf(text: string): string {
  const octets = text.split(".");
  const numbers = octets.length === 4 && octets.every((one) => /^\d+$/.test(one));
  if (numbers && octets.some((one) => one.length > 1 && one.startsWith("0")))
    return "IPv4 field has octet with leading zero";
  if (numbers && octets.some((one) => Number(one) > 255)) return "IPv4 field has value >255";
  if (/^\d+(\.\d+)+$/.test(text)) return octets.length < 4 ? "IPv4 address too short" : "IPv4 address too long";
  return "unable to parse IP";
}

function parseAddress(text: string): Address {
  const quoted = goQuoted(text);
  const address = read(text);
  if (address === undefined) {
    const why = `ParseAddr(${quoted}): ${problemOf(text)}`;
    throw new EvaluationError(`IP Address ${quoted} parse error during conversion from string: ${why}`);
  }
  if (text.includes("%")) throw new EvaluationError(`IP address ${quoted} with zone value is not allowed`);
  if (isMapped(address)) throw new EvaluationError(`IPv4-mapped IPv6 address ${quoted} is not allowed`);
  return address;
}

const conversion = "network address parse error during conversion from string: ";

function parseNetwork(text: string): Network {
  const slash = text.lastIndexOf("/");
  const fail = (why: string): never => {
    throw new EvaluationError(`${conversion}${conversion}netip.ParsePrefix(${goQuoted(text)}): ${why}`);
  };
  if (slash < 0) return fail("no '/'");
  const [before, after] = [text.slice(0, slash), text.slice(slash + 1)];
  const address = read(before);
  if (address === undefined) return fail(`ParseAddr(${goQuoted(before)}): ${problemOf(before)}`);
  if (before.includes("%")) return fail("IPv6 zones cannot be present in a prefix");
  if (!/^(0|[1-9]\d{0,2})$/.test(after)) return fail(`bad bits after slash: ${goQuoted(after)}`);
  if (Number(after) > address.bits) return fail("prefix length out of range");
  if (isMapped(address)) {
    throw new EvaluationError(`${conversion}IPv4-mapped IPv6 address ${goQuoted(text)} is not allowed`);
  }
  return new Network(address, Number(after));
}

function succeeds(read: (text: string) => unknown): (text: string) => boolean {
  return (text) => {
    try {
      read(text);
      return true;
    } catch (error: unknown) {
      if (!(error instanceof EvaluationError)) throw error;
      return false;
    }
  };
}

const isAddress = succeeds(parseAddress);

function isMulticast({ value, bits }: Address): boolean {
  return bits === 32 ? value >> 28n === 0xen : value >> 120n === 0xffn;
}

function isUnspecified({ value }: Address): boolean {
  return value === 0n;
}

function isLoopback(address: Address): boolean {
  return address.bits === 32 ? address.startsWith(127n, 8) : address.value === 1n;
}

function isLinkLocalUnicast(address: Address): boolean {
  return address.bits === 32 ? address.startsWith(0xa9fen, 16) : address.startsWith(0x3fan, 10);
}

function isLinkLocalMulticast(address: Address): boolean {
  if (address.bits === 32) return address.startsWith(0xe00000n, 24);
  return address.startsWith(0xffn, 8) && ((address.value >> 112n) & 0xfn) === 2n;
}

function isGlobalUnicast(address: Address): boolean {
  const isBroadcast = address.bits === 32 && address.value === 0xffffffffn;
  const isSpecial = isUnspecified(address) || isLoopback(address) || isMulticast(address);
  return !isBroadcast && !isSpecial && !isLinkLocalUnicast(address);
}

/** What is no address is told of as if it had the wrong type. */
function containsText(network: Network, text: string): boolean {
  if (!isAddress(text)) throw noOverload();
  return network.contains(parseAddress(text));
}

function containsNetwork(network: Network, other: Network): boolean {
  return network.length <= other.length && network.contains(other.address);
}

function masked({ address, length, prefix }: Network): Network {
  return new Network(new Address(prefix << BigInt(address.bits - length), address.bits), length);
}

function trait(name: string, id: string, test: (address: Address) => boolean): Overload {
  return method(name, id, [addressType], boolType, test);
}

/** IP addresses and networks. */
export const addresses: readonly Overload[] = [
  fn("ip", "string_to_ip", [stringType], addressType, parseAddress),
  method("ip", "cidr_ip", [networkType], addressType, ({ address }: Network) => address),
  fn("isIP", "is_ip", [stringType], boolType, isAddress),
  fn(
    "ip.isCanonical",
    "ip_is_canonical",
    [stringType],
    boolType,
    (text: string) => String(parseAddress(text)) === text,
  ),
  method("family", "ip_family", [addressType], intType, ({ bits }: Address) => (bits === 32 ? 4n : 6n)),
  trait("isUnspecified", "ip_is_unspecified", isUnspecified),
  trait("isLoopback", "ip_is_loopback", isLoopback),
  trait("isLinkLocalMulticast", "ip_is_link_local_multicast", isLinkLocalMulticast),
  trait("isLinkLocalUnicast", "ip_is_link_local_unicast", isLinkLocalUnicast),
  trait("isGlobalUnicast", "ip_is_global_unicast", isGlobalUnicast),
  fn("cidr", "string_to_cidr", [stringType], networkType, parseNetwork),
  fn("isCIDR", "is_cidr", [stringType], boolType, succeeds(parseNetwork)),
  method("containsIP", "cidr_contains_ip_string", [networkType, stringType], boolType, containsText),
  method("containsIP", "cidr_contains_ip_ip", [networkType, addressType], boolType, (network: Network, one: Address) =>
    network.contains(one),
  ),
  method(
    "containsCIDR",
    "cidr_contains_cidr_string",
    [networkType, stringType],
    boolType,
    (network: Network, text: string) => containsNetwork(network, parseNetwork(text)),
  ),
  method("containsCIDR", "cidr_contains_cidr", [networkType, networkType], boolType, containsNetwork),
  method("prefixLength", "cidr_prefix_length", [networkType], intType, ({ length }: Network) => BigInt(length)),
  method("masked", "cidr_masked", [networkType], networkType, masked),
];
