import { describe, expect, test } from "vitest";
import { GitUrlError } from "../../src/git/errors.ts";
import { cacheKey, displayUrl, isSameUrl, parseRemoteUrl } from "../../src/git/remote-url.ts";

describe("URLs that may be used", () => {
  test.each([
    ["https://github.com/o/r.git", "http", "https://github.com/o/r.git"],
    ["http://git.internal:3000/o/r", "http", "http://git.internal:3000/o/r"],
    ["HTTPS://GitHub.com/O/R", "http", "https://github.com/O/R"],
    ["https://user:pa%20ss@host/r", "http", "https://host/r"],
    ["ssh://git@host:2222/o/r.git", "ssh", "ssh://git@host:2222/o/r.git"],
    ["git@github.com:o/r.git", "ssh", "git@github.com:o/r.git"],
    ["org-123@github.com:o/r.git", "ssh", "org-123@github.com:o/r.git"],
    ["git@[::1]:o/r.git", "ssh", "git@[::1]:o/r.git"],
    [" https://host/r ", "http", "https://host/r"],
    ["file:///srv/git/a%20b", "local", "/srv/git/a b"],
    ["/srv/git/a", "local", "/srv/git/a"],
  ])("%s is %s", (text, kind, url) => {
    expect(parseRemoteUrl(text)).toMatchObject({ kind, url });
  });

  test("a login in the URL is taken out of it", () => {
    expect(parseRemoteUrl("https://user:pa%2Fss@host/r")).toMatchObject({ username: "user", password: "pa/ss" });
  });
});

describe("URLs that are refused", () => {
  test.each([
    "",
    "-",
    "--upload-pack=touch /tmp/x",
    "--upload-pack=x",
    "ext::sh -c touch",
    "ext::sh",
    "fd::17",
    "EXT::sh",
    "git://host/r",
    "ftp://host/r",
    "javascript://x",
    "gopher://host/r",
    "relative/path",
    "../up",
    "host",
    "file://other-host/r",
    "https://-host/r",
    "ssh://-oProxyCommand=touch/r",
    "ssh://git@-oProxyCommand=x/r",
    "ssh://-l@host/r",
    "ssh://git@host/-x",
    "-oProxyCommand=x:r",
    "git@-oProxyCommand=x:r",
    "git@host:-x",
    "-x@host:r",
    "git@host;touch:r",
    "git@host$(x):r",
    "https://host/r\n--upload-pack=x",
    "https://host/a b",
    "https://ho\u0000st/r",
    "https://",
    `https://host/${"x".repeat(3_000)}`,
  ])("%j", (text) => {
    expect(() => parseRemoteUrl(text)).toThrow(GitUrlError);
  });

  test("a refusal shows no login", () => {
    expect(() => parseRemoteUrl("ftp://user:secret@host/r")).toThrow(
      '"ftp://host/r" is refused: the protocol ftp is not allowed',
    );
    expect(displayUrl("https://user:secret@host/r")).toBe("https://host/r");
    expect(displayUrl("https://us@er:sec@ret@host/r")).toBe("https://host/r");
    expect(displayUrl("ssh://git:secret@host/r")).toBe("ssh://git@host/r");
  });
});

test.each([
  ["https://github.com/o/r", "https://github.com/o/r.git", true],
  ["https://GitHub.com/O/R", "https://github.com/o/r.git", true],
  ["git@github.com:o/r", "ssh://git@github.com/o/r.git", true],
  ["git@github.com:o/r", "https://github.com/o/r", false],
  ["https://github.com/o/r/", "https://github.com/o/r", false],
  ["", "https://github.com/o/r", false],
])("%s and %s are the same: %s", (first, second, isSame) => {
  expect(isSameUrl(first, second)).toBe(isSame);
});

test("the cache tells apart what a server may tell apart", () => {
  const key = (text: string) => cacheKey(parseRemoteUrl(text));
  expect(key("https://host/A")).not.toBe(key("https://host/a"));
  expect(key("https://host/a.git")).not.toBe(key("https://host/a"));
  expect(key("https://HOST/a/")).toBe(key("https://host/a"));
  expect(key("https://user:pw@host/a")).toBe(key("https://host/a"));
  expect(key("git@HOST:a")).toBe(key("git@host:a"));
});
