// The whole log: by what was done, and by whom it was done to.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { AuditAction } from "../../../../shared/contracts/audit.ts";
import { admin } from "../../admin-api.ts";
import { AUDIT_WORDS } from "../../identity-words.ts";
import { keys } from "../../queries/keys.ts";
import { SelectField } from "../../ui/field.tsx";
import { AuditList } from "../settings/audit-list.tsx";
import { SectionCard } from "../settings/section-card.tsx";
import styles from "../settings/settings.module.css";

export function AuditTab() {
  const [action, setAction] = useState("");
  const [user, setUser] = useState("");
  const filter = { action: action === "" ? null : action, user: user === "" ? null : user };
  const pages = useInfiniteQuery({
    queryKey: keys.auditOf(filter.action, filter.user),
    queryFn: ({ pageParam }) => admin.audit({ ...filter, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ cursor }) => cursor,
    placeholderData: keepPreviousData,
  });
  const users = useQuery({
    queryKey: keys.auditUsers,
    queryFn: ({ signal }) => admin.users(null, null, signal),
  });
  return (
    <SectionCard title="What happened" intro="Every act that matters for who can get in, of everybody, newest first.">
      <div className={styles.form}>
        <SelectField label="What" value={action} onChange={(event) => setAction(event.target.value)}>
          <option value="">Everything</option>
          {AuditAction.options.map((one) => (
            <option key={one} value={one}>
              {AUDIT_WORDS[one]}
            </option>
          ))}
        </SelectField>
        <SelectField label="Whose account" value={user} onChange={(event) => setUser(event.target.value)}>
          <option value="">Everybody's</option>
          {(users.data?.items ?? []).map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </SelectField>
      </div>
      <AuditList pages={pages} showsPeople />
    </SectionCard>
  );
}
