// The gateway's table of contents: middleware in order, then one sub-app per resource.
import { OpenAPIHono } from "@hono/zod-openapi";
import { refuseWrongHost } from "./access/refuse-wrong-host.ts";
import { requireAccess } from "./access/require-access.ts";
import type { AppEnv } from "./app-env.ts";
import { limitIdentityBody } from "./limits/limit-body.ts";
import { withDeps, withRequestId, withSecurityHeaders } from "./middleware.ts";
import { noRoute } from "./no-route.ts";
import { invalidRequest, onError } from "./problem.ts";
import { accountData } from "./routes/account-data.ts";
import { adminAudit } from "./routes/admin-audit.ts";
import { adminIdentity } from "./routes/admin-identity.ts";
import { adminInvitations } from "./routes/admin-invitations.ts";
import { adminProviders } from "./routes/admin-providers.ts";
import { adminUsers } from "./routes/admin-users.ts";
import { apiKeys } from "./routes/api-keys.ts";
import { archive } from "./routes/archive.ts";
import { auth } from "./routes/auth.ts";
import { batches } from "./routes/batches.ts";
import { consent } from "./routes/consent.ts";
import { dialects } from "./routes/dialects.ts";
import { faceCrops } from "./routes/face-crops.ts";
import { faces } from "./routes/faces.ts";
import { health } from "./routes/health.ts";
import { identities } from "./routes/identities.ts";
import { iiif } from "./routes/iiif.ts";
import { images } from "./routes/images.ts";
import { img } from "./routes/img.ts";
import { media } from "./routes/media.ts";
import { oauth } from "./routes/oauth.ts";
import { oauthClients } from "./routes/oauth-clients.ts";
import { oidc } from "./routes/oidc.ts";
import { originals } from "./routes/originals.ts";
import { passkeys } from "./routes/passkeys.ts";
import { confirmations, passwords } from "./routes/passwords.ts";
import { people } from "./routes/people.ts";
import { photoFaces } from "./routes/photo-faces.ts";
import { photoLinks } from "./routes/photo-links.ts";
import { photos } from "./routes/photos.ts";
import { problems } from "./routes/problems.ts";
import { profile } from "./routes/profile.ts";
import { progress } from "./routes/progress.ts";
import { register } from "./routes/register.ts";
import { mediaRenders, renders } from "./routes/renders.ts";
import { renditions } from "./routes/renditions.ts";
import { sessions } from "./routes/sessions.ts";
import { signIn } from "./routes/sign-in.ts";
import { signingKeys } from "./routes/signing-keys.ts";
import { token } from "./routes/token.ts";
import { uploads } from "./routes/uploads.ts";
import { urlKeys } from "./routes/url-keys.ts";
import { photoVersions, versions } from "./routes/versions.ts";
import { wellKnown } from "./routes/well-known.ts";

export const app = new OpenAPIHono<AppEnv>({
  defaultHook: (result) => {
    if (!result.success) throw invalidRequest(result.error);
  },
});

app.use(withRequestId());
app.use(withSecurityHeaders());
app.use(withDeps());
app.use(refuseWrongHost());
app.use(requireAccess(() => app.routes));

app.route("/", health);
app.route("/problems", problems);
for (const folder of ["auth", "account", "admin", "oauth", "api-keys"])
  app.use(`/api/v1/${folder}/*`, limitIdentityBody());
app.route("/api/v1/account", accountData);
app.route("/api/v1/admin/audit", adminAudit);
app.route("/api/v1/admin/identity", adminIdentity);
app.route("/api/v1/admin/invitations", adminInvitations);
app.route("/api/v1/admin/providers", adminProviders);
app.route("/api/v1/admin/users", adminUsers);
app.route("/api/v1/auth/identities", identities);
app.route("/api/v1/auth/oidc", oidc);
app.route("/api/v1/api-keys", apiKeys);
app.route("/api/v1/auth/sessions", sessions);
app.route("/api/v1/auth", auth);
app.route("/api/v1/auth", signIn);
app.route("/api/v1/auth", register);
app.route("/api/v1/auth/confirm", confirmations);
app.route("/api/v1/account", profile);
app.route("/api/v1/account/password", passwords);
app.route("/api/v1/auth/passkeys", passkeys);
app.route("/.well-known", wellKnown);
app.route("/api/v1/auth", token);
app.route("/api/v1/oauth/clients", oauthClients);
app.route("/api/v1/oauth", oauth);
app.route("/api/v1/admin/signing-keys", signingKeys);
app.route("/api/v1/archive", archive);
app.route("/api/v1/batches", batches);
app.route("/api/v1/consent", consent);
app.route("/api/v1/photos", originals);
app.route("/api/v1/photos", renditions);
app.route("/api/v1/photos", photoFaces);
app.route("/api/v1/photos", photoLinks);
app.route("/api/v1/photos", photoVersions);
app.route("/api/v1/photos", photos);
app.route("/api/v1/faces", faceCrops);
app.route("/api/v1/faces", faces);
app.route("/api/v1/people", people);
app.route("/api/v1/progress", progress);
app.route("/media/:grant", media);
app.route("/media/:grant/i", mediaRenders);
app.route("/i", renders);
app.route("/iiif/3", iiif);
app.route("/", dialects);
app.route("/api/v1/versions", versions);
app.route("/api/v1/img", img);
app.route("/images", images);
app.route("/api/v1/url-keys", urlKeys);
app.route("/api/v1/uploads", uploads);
app.route("/uploads", uploads);

app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", {
  type: "http",
  scheme: "bearer",
  bearerFormat: "hg_…",
});
app.openAPIRegistry.registerComponent("securitySchemes", "session", {
  type: "apiKey",
  in: "cookie",
  name: "__Host-hg_session",
});
app.doc31("/api/v1/openapi.json", {
  openapi: "3.1.0",
  info: {
    title: "Heliograph",
    version: "1.0.0",
    description: "Edge-first photo platform: upload, live progress, thumbnails, faces.",
  },
});

app.notFound((c) => {
  throw noRoute(app.routes, c.req.path);
});
app.onError(onError);
