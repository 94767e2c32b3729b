// What a key or a program may do: in plain words, with the name programs use.
import type { Scope } from "../../../../shared/contracts/auth.ts";
import { SCOPE_WORDS } from "../../identity-words.ts";
import { CheckField } from "../../ui/field.tsx";
import styles from "./settings.module.css";

interface ScopeListProps {
  readonly legend: string;
  readonly offered: readonly Scope[];
  readonly chosen: readonly Scope[];
  readonly onChange: (chosen: readonly Scope[]) => void;
}

export function ScopeList({ legend, offered, chosen, onChange }: ScopeListProps) {
  return (
    <fieldset className={styles.group}>
      <legend>{legend}</legend>
      {offered.map((scope) => (
        <CheckField
          key={scope}
          label={SCOPE_WORDS[scope]}
          hint={<code>{scope}</code>}
          checked={chosen.includes(scope)}
          onChange={(event) =>
            onChange(event.target.checked ? [...chosen, scope] : chosen.filter((held) => held !== scope))
          }
        />
      ))}
    </fieldset>
  );
}

/** Scopes this person can give away. */
export function scopesFor(isAdmin: boolean, all: readonly Scope[]): readonly Scope[] {
  return isAdmin ? all : all.filter((scope) => !scope.startsWith("admin."));
}
