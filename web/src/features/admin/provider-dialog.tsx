// One sign-in provider: where it is, how we are known there, and what its word counts for here.
import { type FormEvent, useState } from "react";
import { type Provider, ProviderId, PutProvider } from "../../../../shared/contracts/admin.ts";
import { admin } from "../../admin-api.ts";
import { API_BASE } from "../../api.ts";
import { keys } from "../../queries/keys.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, CopyField, SelectField, TextArea, TextField } from "../../ui/field.tsx";
import { Failure } from "../../ui/notice.tsx";
import styles from "../settings/settings.module.css";
import { useAct } from "../settings/use-act.ts";

const KEYCLOAK_ROLES = "realm_access.roles";
type Roles = PutProvider["roleMap"];

/** "staff = admin", a line each. Undefined for a line that is not one. */
export function readRoles(text: string): Roles | undefined {
  const roles: Roles = {};
  for (const line of text.split("\n").filter((one) => one.trim() !== "")) {
    const parts = /^\s*(\S(?:.*\S)?)\s*=\s*(admin|member)\s*$/.exec(line);
    if (!parts?.[1]) return undefined;
    roles[parts[1]] = parts[2] === "admin" ? "admin" : "member";
  }
  return roles;
}

export function ProviderDialog({ provider, onClose }: { provider: Provider | null; onClose: () => void }) {
  const [id, setId] = useState(provider?.id ?? "");
  const [name, setName] = useState(provider?.name ?? "");
  const [preset, setPreset] = useState<PutProvider["preset"]>(provider?.preset ?? "generic");
  const [issuer, setIssuer] = useState(provider?.issuer ?? "");
  const [clientId, setClientId] = useState(provider?.clientId ?? "");
  const [secret, setSecret] = useState("");
  const [scopes, setScopes] = useState(provider?.scopes ?? "openid email profile");
  const [roleClaim, setRoleClaim] = useState(provider?.roleClaim ?? "");
  const [roles, setRoles] = useState(
    Object.entries(provider?.roleMap ?? {})
      .map(([theirs, ours]) => `${theirs} = ${ours}`)
      .join("\n"),
  );
  const [allowSignUp, setAllowSignUp] = useState(provider?.allowSignUp ?? false);
  const [trustEmail, setTrustEmail] = useState(provider?.trustEmail ?? false);
  const [isEnabled, setEnabled] = useState(provider?.isEnabled ?? true);
  const [isChecked, setChecked] = useState(false);
  const save = useAct({
    run: ({ slug, body }: { slug: string; body: PutProvider }) => admin.putProvider(slug, body),
    changes: [keys.providers, keys.waysIn],
    done: "Provider saved",
  });

  const slug = ProviderId.safeParse(id.trim());
  const roleMap = readRoles(roles);
  const body = PutProvider.safeParse({
    name,
    issuer: issuer.trim(),
    clientId: clientId.trim(),
    ...(secret === "" ? {} : { clientSecret: secret }),
    scopes,
    preset,
    roleClaim: roleClaim.trim() === "" ? null : roleClaim.trim(),
    roleMap: roleMap ?? {},
    allowSignUp,
    trustEmail,
    isEnabled,
  });
  const wrong = (field: string, words: string): string | null =>
    isChecked && body.error?.issues.some(({ path }) => path[0] === field) ? words : null;
  const redirectUri =
    provider?.redirectUri ?? `${location.origin}${API_BASE}/auth/oidc/${slug.success ? slug.data : "…"}/callback`;

  function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (!slug.success || !body.success || roleMap === undefined || save.isPending) return;
    save.mutate({ slug: slug.data, body: body.data }, { onSuccess: onClose });
  }

  function choosePreset(next: PutProvider["preset"]) {
    setPreset(next);
    if (next === "keycloak" && roleClaim === "") setRoleClaim(KEYCLOAK_ROLES);
    if (next === "generic" && roleClaim === KEYCLOAK_ROLES) setRoleClaim("");
  }

  return (
    <Dialog title={provider === null ? "Add a provider" : `Change ${provider.name}`} onClose={onClose}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <SelectField
          label="Kind"
          data-first-focus
          value={preset}
          onChange={(event) => choosePreset(event.target.value === "keycloak" ? "keycloak" : "generic")}
        >
          <option value="generic">Any OpenID Connect provider</option>
          <option value="keycloak">Keycloak</option>
        </SelectField>
        <TextField
          label="Name"
          value={name}
          onChange={(event) => setName(event.target.value)}
          problem={wrong("name", "Give it the name people know it by.")}
          hint="On the button: “Continue with …”"
        />
        <TextField
          label="Short name"
          value={id}
          readOnly={provider !== null}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setId(event.target.value)}
          problem={isChecked && !slug.success ? "Use a–z, 0–9 and -, beginning with a letter." : null}
          hint="Part of its addresses here. It cannot be changed later."
        />
        <CopyField
          label="Redirect URI"
          value={redirectUri}
          hint="Enter exactly this at the provider, when you register Heliograph there."
        />
        <TextField
          label="Issuer"
          type="url"
          spellCheck={false}
          value={issuer}
          onChange={(event) => setIssuer(event.target.value)}
          problem={wrong("issuer", "Type its whole address, beginning with https://.")}
          placeholder={
            preset === "keycloak" ? "https://keycloak.example.org/realms/home" : "https://accounts.example.org"
          }
          hint="The rest is found from here."
        />
        <TextField
          label="Client ID"
          spellCheck={false}
          autoComplete="off"
          value={clientId}
          onChange={(event) => setClientId(event.target.value)}
          problem={wrong("clientId", "The provider names it when you register Heliograph there.")}
        />
        <TextField
          label={provider?.hasClientSecret ? "Client secret (stored; type to replace)" : "Client secret"}
          type="password"
          autoComplete="off"
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
        />
        <TextField
          label="Scopes"
          spellCheck={false}
          value={scopes}
          onChange={(event) => setScopes(event.target.value)}
          problem={wrong("scopes", "Names with spaces between.")}
        />
        <TextField
          label="Where roles are (optional)"
          spellCheck={false}
          value={roleClaim}
          onChange={(event) => setRoleClaim(event.target.value)}
          hint={
            <>
              The claim's path with dots. Keycloak: <code>{KEYCLOAK_ROLES}</code>
            </>
          }
        />
        <TextArea
          label="What they mean here"
          rows={3}
          spellCheck={false}
          value={roles}
          onChange={(event) => setRoles(event.target.value)}
          problem={isChecked && roleMap === undefined ? "A line each, like: photo-admins = admin" : null}
          hint="A line each, like: photo-admins = admin"
        />
        <CheckField
          label="Makes accounts"
          hint="Whoever can sign in there gets an account here."
          checked={allowSignUp}
          onChange={(event) => setAllowSignUp(event.target.checked)}
        />
        <CheckField
          label="Its addresses count as proved"
          hint="Only for a provider that checks them: it could open accounts with the same address."
          checked={trustEmail}
          onChange={(event) => setTrustEmail(event.target.checked)}
        />
        <CheckField
          label="Offered on the sign-in page"
          checked={isEnabled}
          onChange={(event) => setEnabled(event.target.checked)}
        />
        {save.isError ? <Failure what="The provider could not be saved" error={save.error} /> : null}
        <div className={styles.buttons}>
          <Button kind="primary" type="submit" disabled={save.isPending}>
            {save.isPending ? "Asking the provider…" : "Save"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
