// What the log says of a failed visit: a sentence, and no part of what was refused. On the library's own errors.
import {
  authorizationCodeGrantRequest,
  customFetch,
  None,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from "oauth4webapi";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../shared/contracts/errors.ts";
import { TokenRefused } from "../../../shared/tokens/token-refused.ts";
import { causeText, problemOf } from "./explain-failure.ts";
import { ProviderUnreachable } from "./fetch-from-provider.ts";

const metadata = { issuer: "https://there.net", token_endpoint: "https://there.net/token" };
const client = { client_id: "here" };

async function errorOf(query: string, body: unknown): Promise<unknown> {
  try {
    const answer = validateAuthResponse(metadata, client, new URLSearchParams(query), "SECRET-state");
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const respond = async () => new Response(text, { headers: { "content-type": "application/json" } });
    const response = await authorizationCodeGrantRequest(
      metadata,
      client,
      None(),
      answer,
      "https://here.net",
      "v".repeat(43),
      {
        [customFetch]: respond,
      },
    );
    return await processAuthorizationCodeResponse(metadata, client, response, { expectedNonce: "SECRET-nonce" });
  } catch (error) {
    return error;
  }
}

const back = "code=SECRET-code&state=SECRET-state";
const tokens = (id_token: unknown) => ({ access_token: "SECRET-access", token_type: "bearer", id_token });

describe("the log", () => {
  it.each<[string, string, unknown]>([
    ["an error in the address", `${back}&error=SECRET-error&error_description=SECRET-words`, {}],
    ["another issuer", `${back}&iss=https://SECRET.net`, {}],
    ["another state", "code=SECRET-code&state=SECRET-other", {}],
    ["an encrypted token", back, tokens("SECRET.SECRET.SECRET.SECRET.SECRET")],
    ["half a token", back, tokens("SECRET.SECRET")],
    ["no JSON", back, '{"access_token":"SECRET-access",'],
    ["another nonce", back, tokens(`${btoa('{"alg":"RS256"}')}.${btoa('{"nonce":"SECRET"}')}.SECRET`)],
    ["no token", back, { SECRET: "SECRET" }],
  ])("holds nothing of %s", async (_, query, body) => {
    const error = await errorOf(query, body);
    expect(causeText(error)).toMatch(/Error: ./);
    expect(causeText(error)).not.toContain("SECRET");
    expect(problemOf(error)).toBe("provider-refused");
  });

  it("holds nothing of what a refused token was made of", () => {
    const refused = new TokenRefused(
      "malformed",
      "the payload is no JSON",
      new SyntaxError("SECRET is not valid JSON"),
    );
    expect(causeText(refused)).toBe("TokenRefused: malformed: the payload is no JSON");
  });

  it("holds why a provider could not be had, and why the platform failed", () => {
    expect(causeText(new ProviderUnreachable("no complete answer", { cause: new Error("timed out") }))).toContain(
      "timed out",
    );
    expect(causeText(new AppError("internal", "x", { cause: new Error("D1_ERROR") }))).toContain("D1_ERROR");
  });
});

describe("the person", () => {
  it.each([
    [new AppError("email-taken", ""), "email-taken"],
    [new AppError("misconfigured", ""), "internal"],
    [new ProviderUnreachable(""), "provider-unavailable"],
    [new TokenRefused("keys-unavailable", ""), "provider-unavailable"],
    [new TokenRefused("expired", ""), "provider-refused"],
    [new TypeError("bug"), "internal"],
    ["a text", "internal"],
  ])("hears one word of the list", (error, problem) => {
    expect(problemOf(error)).toBe(problem);
  });

  it.each([
    ["access_denied", "sign-in-failed"],
    ["server_error", "provider-unavailable"],
    ["temporarily_unavailable", "provider-unavailable"],
    ["login_required", "provider-refused"],
    ["<script>", "provider-refused"],
  ])("hears ours for the provider's %s", async (error, problem) => {
    expect(problemOf(await errorOf(`${back}&error=${encodeURIComponent(error)}`, {}))).toBe(problem);
  });
});
