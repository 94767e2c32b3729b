// Name and address. The name saves by itself; an address counts once the link sent to it was opened.
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { Email, UserName } from "../../../../shared/contracts/sign-in.ts";
import { account } from "../../identity-api.ts";
import { ROLE_WORDS } from "../../identity-words.ts";
import { keys } from "../../queries/keys.ts";
import { Button } from "../../ui/button.tsx";
import { SavedMark, type SaveState, TextField } from "../../ui/field.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { Tag } from "../../ui/rows.tsx";
import { SectionCard } from "./section-card.tsx";
import styles from "./settings.module.css";
import { useAct } from "./use-act.ts";

/** Pause in typing (ms) after which the name is saved. */
const PAUSE_MS = 800;

export function ProfileSection({ user }: { user: UserInfo }) {
  return (
    <>
      <SectionCard title="Name" intro="Shown to you, and to those who run this installation.">
        <NameField saved={user.name} />
        <p className={styles.quiet}>Role: {ROLE_WORDS[user.role]}</p>
      </SectionCard>
      <SectionCard
        title="E-mail address"
        intro="For sign-in links and notices about your account. Nobody else here sees it but admins."
      >
        <Address key={user.email} user={user} />
      </SectionCard>
    </>
  );
}

function NameField({ saved }: { saved: string }) {
  const [name, setName] = useState(saved);
  const [state, setState] = useState<SaveState>("idle");
  const save = useAct({ run: (next: string) => account.patch({ name: next }), changes: [keys.session] });
  const { mutate } = save;
  const last = useRef(saved);
  const read = UserName.safeParse(name);

  useEffect(() => {
    const next = UserName.safeParse(name);
    if (!next.success || next.data === last.current) return;
    const timer = setTimeout(() => {
      setState("saving");
      mutate(next.data, {
        onSuccess: () => {
          last.current = next.data;
          setState("saved");
        },
        onError: () => setState("idle"),
      });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [name, mutate]);

  return (
    <div className={styles.form}>
      <div className={styles.fieldRow}>
        <TextField
          label="Your name"
          autoComplete="name"
          value={name}
          onChange={(event) => {
            setName(event.target.value);
            setState("idle");
          }}
          problem={read.success ? null : "Type a name of 1 to 100 letters. The old one stays until then."}
        />
        <SavedMark state={state} />
      </div>
      {save.isError ? <Failure what="The name could not be saved" error={save.error} /> : null}
    </div>
  );
}

function Address({ user }: { user: UserInfo }) {
  const [email, setEmail] = useState(user.email ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  const change = useAct({
    run: (next: string) => account.patch({ email: next }),
    changes: [keys.session],
    done: "A link is on its way",
  });
  const isUnproved = user.email !== null && !user.emailVerified;
  const isChanged = email.trim().toLowerCase() !== (user.email ?? "");

  function submit(event: FormEvent) {
    event.preventDefault();
    const read = Email.safeParse(email);
    setProblem(read.success ? null : "Type an e-mail address, like name@example.org.");
    if (read.success && !change.isPending) change.mutate(read.data);
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {user.email === null ? null : (
        <p>
          {user.email} {user.emailVerified ? <Tag tone="ok">Proved</Tag> : <Tag tone="warn">Not proved yet</Tag>}
        </p>
      )}
      <TextField
        label={user.email === null ? "Your address" : "Another address"}
        type="email"
        autoComplete="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        problem={problem}
        hint="We send a link to it. The address counts once you have opened that link."
      />
      {change.isError ? <Failure what="The address could not be changed" error={change.error} /> : null}
      {change.isSuccess ? (
        <Notice tone="ok" title={`A link is on its way to ${change.variables}`}>
          Open it, and the address is yours. Until then nothing changes.
        </Notice>
      ) : null}
      <div>
        <Button type="submit" icon="mail" disabled={change.isPending || !(isChanged || isUnproved)}>
          {isUnproved && !isChanged ? "Send the link again" : "Send me a link to prove it"}
        </Button>
      </div>
    </form>
  );
}
