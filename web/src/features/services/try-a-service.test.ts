// From an OpenAPI document to a form, from the form to a call, from the call to code.
import { describe, expect, it } from "vitest";
import type { Health } from "../../../../shared/contracts/health.ts";
import { SAMPLE_KINDS, sampleCode, shellQuote } from "./code-samples.ts";
import { fieldsOf } from "./fields.ts";
import { findOperation, type OpenApi, sampleOf } from "./open-api.ts";
import { type Call, prepareCall } from "./prepare-call.ts";
import { healthOf } from "./service-health.tsx";
import { SERVICES } from "./service-list.ts";

const DOCUMENT: OpenApi = {
  paths: {
    "/i/{photo}/{ops}/{file}": {
      get: {
        parameters: [
          { name: "photo", in: "path", required: true, schema: { type: "string" } },
          { name: "ops", in: "path", required: true, schema: { type: "string", example: "w_512" } },
          { name: "file", in: "path", required: true, schema: { type: "string" } },
          { name: "dry", in: "query", schema: { type: "string", enum: ["1"] } },
          { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 200, default: 100 } },
          { name: "if-none-match", in: "header", schema: { type: "string" } },
        ],
      },
    },
    "/photos": {
      post: {
        requestBody: {
          content: {
            "multipart/form-data": {
              schema: {
                type: "object",
                required: ["file"],
                properties: { file: { type: "string", format: "binary" } },
              },
            },
          },
        },
      },
    },
    "/links": {
      post: { requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Link" } } } } },
    },
    "/img": {
      post: { requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Img" } } } } },
    },
  },
  components: {
    schemas: {
      Link: {
        type: "object",
        required: ["ops"],
        properties: {
          ops: { type: "string" },
          seconds: { type: "integer" },
          isOpen: { type: "boolean" },
          tags: { type: "array", items: { type: "string" } },
        },
      },
      Img: {
        oneOf: [
          {
            type: "object",
            required: ["type", "data"],
            properties: { type: { type: "string", const: "url" }, data: { type: "string" } },
          },
        ],
      },
      Loop: { $ref: "#/components/schemas/Loop" },
      Nest: {
        type: "object",
        required: ["nest"],
        properties: { nest: { anyOf: [{ $ref: "#/components/schemas/Nest" }] } },
      },
    },
  },
};

function located(route: string) {
  const found = findOperation(DOCUMENT, route);
  if (!found) throw new Error(`${route} is not in the document`);
  return found;
}

describe("an operation's form", () => {
  it("finds an operation whatever its parameters are called, and says where there is none", () => {
    expect(findOperation(DOCUMENT, "GET /i/{photoId}/{ops}/{name}")?.path).toBe("/i/{photo}/{ops}/{file}");
    expect(findOperation(DOCUMENT, "POST /i/{photoId}/{ops}/{name}")).toBeNull();
    expect(findOperation(DOCUMENT, "GET /i/{photoId}")).toBeNull();
  });

  it("has a field for every parameter but the headers browsers send themselves", () => {
    const fields = fieldsOf(DOCUMENT, located("GET /i/{a}/{b}/{c}"));
    expect(fields.map(({ key, kind, start, isRequired }) => [key, kind, start, isRequired])).toEqual([
      ["path photo", "text", "", true],
      ["path ops", "text", "w_512", true],
      ["path file", "text", "", true],
      ["query dry", "choice", "", false],
      ["query limit", "number", "100", false],
    ]);
    expect(fields[4]?.hint).toBe("1 to 200");
  });

  it("has a field for every property of a JSON body, and one for a body of several kinds", () => {
    const kinds = fieldsOf(DOCUMENT, located("POST /links")).map(({ name, kind }) => [name, kind]);
    expect(kinds).toEqual([
      ["ops", "text"],
      ["seconds", "number"],
      ["isOpen", "choice"],
      ["tags", "json"],
    ]);
    const [body] = fieldsOf(DOCUMENT, located("POST /img"));
    expect(body).toMatchObject({ place: "whole", kind: "json" });
    expect(JSON.parse(body?.start ?? "")).toEqual({ type: "url", data: "" });
  });

  it("comes to an end where a document goes round in circles", () => {
    expect(sampleOf(DOCUMENT, { $ref: "#/components/schemas/Loop" })).toBeNull();
    expect(JSON.stringify(sampleOf(DOCUMENT, { $ref: "#/components/schemas/Nest" }))).toContain("nest");
    expect(sampleOf(DOCUMENT, { $ref: "https://elsewhere.example/schema" })).toBeNull();
  });
});

describe("a filled-in form", () => {
  const render = located("GET /i/{a}/{b}/{c}");
  const fields = fieldsOf(DOCUMENT, render);

  it("becomes an address: names in their places, commas readable, nothing that leads elsewhere", () => {
    const values = { "path photo": "../..", "path ops": "w_8,h_8", "path file": "a b?.jpg", "query limit": "5" };
    const { call, problems } = prepareCall(render, fields, values);
    expect(problems).toEqual({});
    expect(call).toEqual({
      method: "GET",
      path: "/i/..%2F../w_8,h_8/a%20b%3F.jpg?limit=5",
      headers: {},
      body: { kind: "none" },
    });
  });

  it("says what is missing or no number, by field", () => {
    const { problems } = prepareCall(render, fields, { "path photo": "x", "path ops": "y", "query limit": "many" });
    expect(Object.keys(problems)).toEqual(["path file", "query limit"]);
  });

  it("becomes a JSON body of values, not of words", () => {
    const post = located("POST /links");
    const values = { "body ops": "w_8", "body seconds": "60", "body isOpen": "true", "body tags": '["a"]' };
    const { call } = prepareCall(post, fieldsOf(DOCUMENT, post), values);
    expect(call.body).toEqual({ kind: "json", value: { ops: "w_8", seconds: 60, isOpen: true, tags: ["a"] } });
  });

  it("refuses what is no JSON where JSON belongs", () => {
    const post = located("POST /links");
    const { problems } = prepareCall(post, fieldsOf(DOCUMENT, post), { "body ops": "w_8", "body tags": "[a" });
    expect(Object.keys(problems)).toEqual(["body tags"]);
  });

  it("becomes a form with its file", () => {
    const post = located("POST /photos");
    const file = new File(["x"], "a.jpg", { type: "image/jpeg" });
    const { call } = prepareCall(post, fieldsOf(DOCUMENT, post), { "form file": file });
    expect(call.body).toEqual({ kind: "form", parts: [["file", file]] });
  });
});

describe("the same call as code", () => {
  const HOSTILE = `it's "$(rm -rf /)" \\ \n`;
  const call: Call = { method: "POST", path: "/links", headers: {}, body: { kind: "json", value: { ops: HOSTILE } } };

  it("keeps whatever is in a value inside of its quotes", () => {
    expect(shellQuote("a'b")).toBe(`'a'\\''b'`);
    expect(sampleCode("curl", call, "https://photos.example")).toContain(shellQuote(JSON.stringify({ ops: HOSTILE })));
    expect(sampleCode("python", call, "https://photos.example")).toContain(`{"ops": ${JSON.stringify(HOSTILE)}}`);
    const body = sampleCode("fetch", call, "https://photos.example").match(
      /body: JSON\.stringify\(([\s\S]*)\),\n\}\);/,
    )?.[1];
    expect(JSON.parse(body ?? "")).toEqual({ ops: HOSTILE });
  });

  it.each(SAMPLE_KINDS)("names the address and asks for a key, in %s", (kind) => {
    const code = sampleCode(kind, { ...call, method: "GET", body: { kind: "none" } }, "https://photos.example");
    expect(code).toContain("https://photos.example/links");
    expect(code).toContain("Bearer hg_your_key");
  });

  it("writes Python's own words for what JSON calls true and null", () => {
    const value = { a: true, b: null, c: [false, 1] };
    const code = sampleCode("python", { ...call, body: { kind: "json", value } }, "https://photos.example");
    expect(code).toContain('json={"a": True, "b": None, "c": [False, 1]}');
  });
});

describe("services", () => {
  it("are as well as the worst of their parts", () => {
    const check = (state: "ok" | "degraded" | "down") => ({ state });
    const health = { checks: { d1: check("ok"), r2: check("degraded"), queue: check("down") } } as unknown as Health;
    expect(healthOf({ checks: ["d1"] }, health)).toBe("ok");
    expect(healthOf({ checks: ["d1", "r2"] }, health)).toBe("degraded");
    expect(healthOf({ checks: ["r2", "queue", "d1"] }, health)).toBe("down");
  });

  it("have ids of their own, and offer something each", () => {
    expect(new Set(SERVICES.map(({ id }) => id)).size).toBe(SERVICES.length);
    expect(SERVICES.filter(({ offers }) => offers.length === 0)).toEqual([]);
  });
});
