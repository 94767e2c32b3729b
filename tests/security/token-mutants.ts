// The controls of our authorization server and its tokens, each with the edit that takes it away.
import type { ControlMutant } from "./control-mutants.ts";

const without = (control: string, find: RegExp, replacement: string): ControlMutant => ({
  control,
  find,
  replacement,
  tests: ["auth-tokens"],
});

export const TOKEN_MUTANTS: readonly ControlMutant[] = [
  without(
    "the list of algorithms, and the signature",
    /\|\| !expected\.algorithms\.includes\(algorithm\)\)([\s\S]{0,600}?)const \{ payload \} = await compactVerify\(token\w*, key, \{ algorithms: \[algorithm\] \}\);/,
    ')$1const payload = new Uint8Array(Buffer.from(token.split(".")[1], "base64url"));',
  ),
  without("the type of a token", /if \(!expected\.types\.includes\(header\.typ\)\)/, "if (false)"),
  without("the issuer of a token", /if \(claims\["iss"\] !== expected\.issuer\)/, "if (false)"),
  without("the audience of a token", /if \(!audiences\.includes\(expected\.audience\)\)/, "if (false)"),
  without("the end of a token", /if \(exp \+ clockSkewSeconds <= now\)/, "if (false)"),
  without("the beginning of a token", /if \(Math\.max\(iat, nbf \?\? iat\) - clockSkewSeconds > now\)/, "if (false)"),
  without("the second look at an admin's role", /rule\.who !== "user" && principal\?\.via === "token"/, "false"),
  without(
    "the scopes of a role",
    /scopes\.includes\(scope\) && \(role !== "member" \|\| !scope\.startsWith\("admin\."\)\)/,
    "scopes.includes(scope)",
  ),
  without("the registered redirect URI", /\|\| !isRegisteredRedirect\(client\.redirectUris, redirectUri\w*\)/, ""),
  without(
    "PKCE",
    /one\("code_challenge_method"\) !== "S256" \|\| codeChallenge === null \|\| !S256_CHALLENGE\.test\(codeChallenge\)/,
    "false",
  ),
  without("the code's verifier", /\|\| !isSameText\(await s256\(verifier\), found\.codeChallenge\)/, ""),
  without("the code's redirect URI", /if \(redirectUri\w* !== found\.redirectUri\)/, "if (false)"),
  without(
    "the code's client",
    /FROM oauth_codes WHERE hash = \?1 AND client_id = \?2/,
    "FROM oauth_codes WHERE hash = ?1 AND ?2 <> ''",
  ),
  without(
    "the code's end",
    /(UPDATE oauth_codes SET used_at = \?3[\s\S]*?) AND expires_at > \?3([\s\S]*)if \(found\.expiresAt <= deps\.now\(\)\)/,
    "$1$2if (false)",
  ),
  without("the end of what a used code brought", /await endGrant\(c, grant\w*, "code-reuse"\)/, "void 0"),
  without(
    "the exclusion of a second rotation",
    /(UPDATE oauth_grants SET generation = generation \+ 1[\s\S]{0,80}?WHERE id = \?1) AND generation = \?2/,
    "$1 AND ?2 > 0",
  ),
  without("the end of a refresh token's grace", /&& now - grant\w*\.rotatedAt <= REFRESH_GRACE_MS/, ""),
  without("the end of a family after a reuse", /await endGrant\(c, grant\w*, "token-reuse"\)/, "void 0"),
  without("the MAC of a refresh token", /return isOurs \? \{ grantId/, "return true ? { grantId"),
  without("the client of a refresh token", /\|\| before\.clientId !== client\.id/, ""),
  without(
    "the idle end of a grant",
    /(UPDATE oauth_grants SET generation[\s\S]*?) AND expires_at > \?3([\s\S]*)\|\| grant\w*\.expiresAt <= now/,
    "$1$2",
  ),
  without("the lock of a user who refreshes", /\|\| grant\w*\.status !== "active"/, ""),
  without("a client's secret", /&& isSameText\(await sha256Hex\(secret\), secretHash\)/, ""),
  without("what a client is made for", /if \(client\.grantTypes\.includes\(grantType\)\)/, "if (true)"),
  without("the fresh sign-in a client asks for", /if \(request\.maxAgeSeconds !== null && /, "if (false && "),
];
