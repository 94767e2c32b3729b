// A one-time link, pasted: out of a terminal, or out of a mail read on another device.
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import styles from "./login-page.module.css";
import { readToken } from "./read-token.ts";

export function LinkForm({
  kind,
  disabled,
  onToken,
}: {
  kind: "primary" | "secondary";
  disabled: boolean;
  onToken: (token: string) => void;
}) {
  const [typed, setTyped] = useState("");
  const token = readToken(typed);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (token !== null && !disabled) onToken(token);
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextField
        label="Paste the link here"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        problem={typed.trim() !== "" && token === null ? "This is not a whole link. Copy all of it." : null}
        autoComplete="off"
        spellCheck={false}
        placeholder="http://…/login#token=…"
      />
      <Button kind={kind} type="submit" disabled={disabled || token === null}>
        Open the link
      </Button>
    </form>
  );
}
