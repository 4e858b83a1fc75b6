// Makes src/lib/api/schema.d.ts of the OpenAPI document on stdin: `ledgerdesk openapi | npm run schema`. With `--check`
// it only looks whether that is what the file has in it.
//
// Types only. What is said for people, the headers of answers and the many shapes in which one Problem is announced
// are left out: the file would be ten times as long and as slow to check.
import { readFile, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import openapiTS, { astToString } from "openapi-typescript";

const PROBLEM = {
  description: "",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};
const SILENT = new Set(["description", "example", "examples", "title", "pattern"]);

function silent(node, isMap = false) {
  if (Array.isArray(node)) return node.map((item) => silent(item));
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([name, value]) => isMap || !SILENT.has(name) || (name === "description" && typeof value !== "string"))
      .map(([name, value]) => [name, silent(value, name === "properties" || name === "schemas")]),
  );
}

function lean(operation) {
  const fine = Object.entries(operation.responses).filter(([status]) => status < 400);
  const responses = fine.map(([status, { content }]) => [status, { description: "", ...(content && { content }) }]);
  return { ...operation, responses: { ...Object.fromEntries(responses), default: PROBLEM } };
}

const { openapi, info, paths, components } = JSON.parse(await text(process.stdin));
const verbs = (item) => Object.fromEntries(Object.entries(item).map(([verb, it]) => [verb, it.responses ? lean(it) : it]));
const document = silent({
  openapi,
  info: { title: info.title, version: info.version },
  paths: Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, verbs(item)])),
  components: { schemas: components.schemas, parameters: components.parameters },
});
const types = `// Made by \`npm run schema\`: do not edit.\n${astToString(await openapiTS(document))}`;
const file = new URL("../src/lib/api/schema.d.ts", import.meta.url);
if (!process.argv.includes("--check")) {
  await writeFile(file, types);
} else if ((await readFile(file, "utf8")) !== types) {
  console.error("web/src/lib/api/schema.d.ts is not made of this document: ledgerdesk openapi | npm --prefix web run schema");
  process.exitCode = 1;
}
