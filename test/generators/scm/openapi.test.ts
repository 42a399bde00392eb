import { describe, expect, it } from "vitest";
import { ApiDescription, type Exchange } from "../../support/openapi.ts";

const github = ApiDescription.of("github");
const branch = { name: "main", commit: { sha: "a1", url: "https://x" }, protected: false };
const good: Exchange = {
  method: "GET",
  path: "/api/v3/repos/acme/api/branches",
  query: ["per_page"],
  status: 200,
  body: [],
};

describe("a provider's description of its API", () => {
  it("takes what the provider has", () => {
    expect(github.problemsOf(good)).toEqual([]);
    expect(github.problemsOf({ ...good, status: 404, body: { message: "Not Found" } })).toEqual([]);
  });

  it.each([
    ["an operation", { path: "/api/v3/repos/acme/api/twigs" }, /no such operation/],
    ["a method", { method: "POST" }, /no such operation/],
    ["a parameter", { query: ["per_page", "size"] }, /no parameter size/],
    ["an answer", { status: 206 }, /no answer 206/],
    ["a field", { body: [{ ...branch, twig: 1 }] }, /additional properties/],
    ["a type", { body: [{ name: 7, commit: { sha: "a1" } }] }, /\/0\/name must be string/],
    ["a required field", { body: [{ commit: { sha: "a1" } }] }, /required property/],
  ])("refuses %s that it does not have", (_what, wrong, problem) => {
    expect(github.problemsOf({ ...good, ...wrong }).join("\n")).toMatch(problem);
  });
});
