import { afterEach, describe, expect, it } from "vitest";
import { signedHeaders } from "../../../generators/scm/aws-signature.ts";
import { closeScenes, five, Scene } from "./scene.ts";
import { operationOf } from "./servers/codecommit.ts";
import type { Asked } from "./servers/loopback.ts";
import { token, vendors } from "./servers/vendors.ts";

afterEach(closeScenes);

describe("signedHeaders", () => {
  // post-vanilla and post-x-www-form-urlencoded of AWS's published test suite for version 4 of its signature.
  const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
  const question = { url: "https://example.amazonaws.com/", region: "us-east-1", service: "service", body: "" };
  const at = Date.UTC(2015, 7, 30, 12, 36);

  it.each([
    [{}, "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
    [
      { "content-type": "application/x-www-form-urlencoded" },
      "Param1=value1",
      "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ],
  ])("signs a POST with %j", (headers, body, signature) => {
    const { authorization } = signedHeaders({ ...question, headers, body }, keys, at);
    expect(authorization).toMatch(new RegExp(`Signature=${signature}$`));
    expect(authorization).toContain("Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request");
  });
});

describe("CodeCommit", () => {
  const picked = async (tagFilters: object[]) => {
    const scene = await Scene.of(vendors.awsCodeCommit, { pageSize: 1 });
    return (await scene.run({ tagFilters })).params.map(({ repository }) => repository);
  };

  it("takes tags of one key as alternatives and of several keys together", async () => {
    expect(await picked([{ key: "team", value: "a" }])).toEqual(["api", "cart", "edge"]);
    expect(
      await picked([
        { key: "team", value: "a" },
        { key: "team", value: "b" },
      ]),
    ).toHaveLength(5);
    expect(await picked([{ key: "deploy" }, { key: "team", value: "b" }])).toEqual([]);
    expect(await picked([{ key: "deploy" }])).toEqual(["api", "cart", "edge"]);
  });

  it("gives addresses of the FIPS kind", async () => {
    const scene = await Scene.of(vendors.awsCodeCommit);
    const { params } = await scene.run({}, { cloneProtocol: "https-fips" });
    expect(params[0]?.url).toBe("https://git-codecommit-fips.eu-central-1.amazonaws.com/v1/repos/api");
  });

  it("asks later when it is told that it asks too much", async () => {
    const scene = await Scene.of(vendors.awsCodeCommit);
    const throttled = { status: 400, body: { __type: "ThrottlingException", message: "Rate exceeded" } };
    scene.server.fault = (_asked, count) => (count === 1 ? throttled : undefined);
    expect((await scene.run()).rows).toHaveLength(5);
    expect(scene.generations.clock.waits).toEqual([375]);
  });

  it("sends the token of a session, signed with the rest", async () => {
    const scene = await Scene.of(vendors.awsCodeCommit, { repositories: five.slice(0, 1) });
    const keys = { accessKeyId: "AKID", secretAccessKey: token, sessionToken: "session" };
    await scene.run({}, {}, { ...scene.surroundings().scm, aws: { keys } });
    const { headers } = scene.server.asked[0] ?? { headers: {} as { [name: string]: string } };
    expect(headers["x-amz-security-token"]).toBe("session");
    expect(headers.authorization).toContain(
      "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
    );
  });

  it("looks for a path in the folder above it", async () => {
    const scene = await Scene.of(vendors.awsCodeCommit, { repositories: five.slice(0, 1) });
    await scene.run({}, { filters: [{ pathsExist: ["deploy/prod/app.yaml"] }] });
    const asked = scene.server.asked.find((one) => operationOf(one) === "GetFolder");
    expect(JSON.parse(asked?.body ?? "")).toMatchObject({ folderPath: "/deploy/prod", commitSpecifier: "main" });
  });

  it.each([
    ["no region", { region: "" }, {}, "awsCodeCommit.region names no region"],
    ["no keys", {}, { aws: {} }, "awsCodeCommit needs the keys of an account"],
    ["a region that is none", { region: "x.evil.com/" }, { endpoints: {} }, '"x.evil.com/" is no region of AWS'],
  ])("fails with %s", async (_name, block, scm, message) => {
    const scene = await Scene.of(vendors.awsCodeCommit);
    expect((await scene.failure(block, {}, scm)).message).toContain(message);
    expect(scene.server.asked).toEqual([]);
  });

  it("takes the region of the process where the set names none", async () => {
    const scene = await Scene.of(vendors.awsCodeCommit, { repositories: five.slice(0, 1) });
    const aws = { ...scene.surroundings().scm?.aws, region: "us-west-2" };
    await scene.run({ region: "" }, {}, { aws });
    expect(scene.server.asked[0]?.headers.authorization).toContain("/us-west-2/codecommit/aws4_request");
  });
});

describe("the role of a set", () => {
  const role = "arn:aws:iam::123456789012:role/reader";
  const xml = (
    keyId: string,
  ) => `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <Credentials><AccessKeyId>${keyId}</AccessKeyId><SecretAccessKey>role/secret+key</SecretAccessKey>
    <SessionToken>role-session</SessionToken><Expiration>2026-01-01T01:00:00Z</Expiration></Credentials>
    </AssumeRoleResult></AssumeRoleResponse>`;
  const isSts = ({ headers }: Asked) =>
    headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;

  async function roleScene(aws: object) {
    const scene = await Scene.of(vendors.awsCodeCommit, { login: "ASIAROLE", repositories: five.slice(0, 1) });
    scene.server.fault = (asked) => (isSts(asked) ? { body: xml("ASIAROLE") } : undefined);
    const { url } = scene.server;
    return { scene, scm: { aws, endpoints: { codecommit: url, tagging: url, sts: url } } };
  }

  it("is taken on with the keys of the process, once until shortly before it ends", async () => {
    const { scene, scm } = await roleScene({ keys: { accessKeyId: "AKID", secretAccessKey: token } });
    const run = () => scene.generations.run(scene.entry({ role }), { scm });
    expect((await run()).rows).toHaveLength(1);
    const [first, second] = scene.server.asked;
    expect(Object.fromEntries(new URLSearchParams(first?.body))).toEqual({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: role,
      RoleSessionName: "fleetset",
    });
    expect(first?.headers.authorization).toMatch(/Credential=AKID\/20260101\/eu-central-1\/sts\/aws4_request/);
    expect(second?.headers["x-amz-security-token"]).toBe("role-session");
    scene.generations.clock.pass(54 * 60_000);
    await run();
    expect(scene.server.asked.filter(isSts)).toHaveLength(1);
    scene.generations.clock.pass(60_000);
    await run();
    expect(scene.server.asked.filter(isSts)).toHaveLength(2);
  });

  it("is that of the process where its web identity stands for one", async () => {
    const webIdentity = { role, token: () => "web-token" };
    const { scene, scm } = await roleScene({ webIdentity });
    expect((await scene.generations.run(scene.entry(), { scm })).rows).toHaveLength(1);
    const [first] = scene.server.asked;
    expect(Object.fromEntries(new URLSearchParams(first?.body))).toMatchObject({
      Action: "AssumeRoleWithWebIdentity",
      RoleArn: role,
      WebIdentityToken: "web-token",
    });
    expect(first?.headers.authorization).toBeUndefined();
  });

  it.each([
    ["no keys", { body: "<x/>" }, /answers without keys$/],
    ["a refusal", { status: 403, body: "<Message>not authorized</Message>" }, /answers 403: <Message>not authorized/],
  ])("fails at %s", async (_name, reply, message) => {
    const { scene, scm } = await roleScene({ keys: { accessKeyId: "AKID", secretAccessKey: token } });
    scene.server.fault = () => reply;
    expect((await scene.generations.failure(scene.entry({ role }), { scm })).message).toMatch(message);
  });
});
