import { startApiServer } from "../../../src/apiserver/start.ts";

// A process of nothing but the API server, quick to start and to be killed: `server.js DATA-DIR`.
const [dataDir = ""] = process.argv.slice(2);

try {
  const server = await startApiServer({
    ...{ plainHttp: true, dataDir, clusters: ["member"] },
    onError(error) {
      process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    },
  });
  process.stdout.write(`${JSON.stringify({ url: server.url, token: server.token, rss: process.memoryUsage.rss() })}\n`);
  process.once("SIGTERM", () => void server.close());
} catch (error: unknown) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
