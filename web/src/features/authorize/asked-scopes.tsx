// What a program would be able to do, one line each.
import type { Scope } from "../../../../shared/contracts/auth.ts";
import { SCOPE_WORDS } from "../../identity-words.ts";
import { Icon } from "../../ui/icon.tsx";
import styles from "../login/login-page.module.css";

export function AskedScopes({ scopes, isOpenid }: { scopes: readonly Scope[]; isOpenid: boolean }) {
  return (
    <ul className={styles.scopes}>
      {isOpenid ? (
        <li>
          <Icon name="check" /> Know who you are: your name and address
        </li>
      ) : null}
      {scopes.map((scope) => (
        <li key={scope}>
          <Icon name="check" /> {SCOPE_WORDS[scope]}
        </li>
      ))}
    </ul>
  );
}
