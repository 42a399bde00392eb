import { type Area, get, post } from "../step.ts";

const authorization = "/apis/authorization.k8s.io/v1";
const authentication = "/apis/authentication.k8s.io/v1";
const user = { differs: "the administrators of two servers show other credentials" };

/** What the administrator may do, and who it is. */
export const reviews: Area = {
  name: "reviews",
  steps: [
    post("may I get pods", `${authorization}/selfsubjectaccessreviews`, {
      spec: { resourceAttributes: { namespace: "default", verb: "get", resource: "pods" } },
    }),
    post("may I read a path", `${authorization}/selfsubjectaccessreviews`, {
      spec: { nonResourceAttributes: { path: "/healthz", verb: "get" } },
    }),
    post("may I, without a question", `${authorization}/selfsubjectaccessreviews`, { spec: {} }),
    post("may I, with two questions", `${authorization}/selfsubjectaccessreviews`, {
      spec: {
        nonResourceAttributes: { path: "/", verb: "get" },
        resourceAttributes: { verb: "get", resource: "pods" },
      },
    }),
    post("what may I", `${authorization}/selfsubjectrulesreviews`, { spec: { namespace: "default" } }),
    post("what may I, nowhere", `${authorization}/selfsubjectrulesreviews`, { spec: {} }),
    post("who am I", `${authentication}/selfsubjectreviews`, {}, user),
    post("whose token is this", `${authentication}/tokenreviews`, { spec: { token: "nobody" } }),
    post("no token", `${authentication}/tokenreviews`, { spec: {} }),
    get("reviews cannot be read", `${authorization}/selfsubjectaccessreviews`),
    get("version", "/version", { differs: "the build is another" }),
    get("healthz", "/healthz"),
    get("readyz", "/readyz"),
    get("livez", "/livez"),
  ],
};
