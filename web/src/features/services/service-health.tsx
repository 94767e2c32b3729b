// How a service is, by the checks of the health document that speak of it: a dot and a word, never a colour alone.
import type { CheckState, Health } from "../../../../shared/contracts/health.ts";
import { Icon, type IconName } from "../../ui/icon.tsx";
import type { Service } from "./service-list.ts";
import styles from "./services.module.css";

const LOOK = {
  ok: { icon: "check", word: "Working" },
  degraded: { icon: "warn", word: "Limited" },
  down: { icon: "alert", word: "Down" },
} as const satisfies Record<CheckState, { icon: IconName; word: string }>;

const WORST_FIRST = ["down", "degraded", "ok"] as const satisfies readonly CheckState[];

export function healthOf(service: Pick<Service, "checks">, health: Health): CheckState {
  const states = service.checks.map((name) => health.checks[name].state);
  return WORST_FIRST.find((state) => states.includes(state)) ?? "ok";
}

export function ServiceHealth({ service, health }: { service: Service; health: Health | undefined }) {
  if (!health) return <span className={styles.health}>Asking…</span>;
  const state = healthOf(service, health);
  return (
    <span className={`${styles.health} ${styles[state] ?? ""}`}>
      <Icon name={LOOK[state].icon} size={16} />
      {LOOK[state].word}
    </span>
  );
}
