import { BlockList, isIP } from "node:net";

/** The entries of a no_proxy variable. */
export function proxyExceptions(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
}

/**
 * Whether a host is asked without a proxy, as Go has it: host names with all below them, addresses, networks such as
 * 10.0.0.0/8, and everything with `*`. `host` is that of a URL, IPv6 addresses in brackets or not.
 */
export function isExcepted(host: string, exceptions: readonly string[]): boolean {
  const name = bare(host);
  return exceptions.some((exception) => {
    if (exception === "*") return true;
    if (exception.includes("/")) return isInNetwork(name, exception);
    const excepted = exception.replace(/^\*?\./, "");
    return name === bare(excepted) || (isIP(name) === 0 && excepted !== "" && name.endsWith(`.${excepted}`));
  });
}

/** As in Go: a proxy of the environment is never asked for this very machine. */
export function isLoopback(host: string): boolean {
  const name = bare(host);
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}

function isInNetwork(host: string, network: string): boolean {
  const [address = "", bits = ""] = network.split("/");
  const [kind, of] = [isIP(address), isIP(host)];
  if (kind === 0 || kind !== of || !/^\d{1,3}$/.test(bits) || Number(bits) > (kind === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), kind === 4 ? "ipv4" : "ipv6");
  return list.check(host, kind === 4 ? "ipv4" : "ipv6");
}
