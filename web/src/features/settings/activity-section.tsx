// What happened to this account, newest first.
import { useInfiniteQuery } from "@tanstack/react-query";
import { account } from "../../identity-api.ts";
import { keys } from "../../queries/keys.ts";
import { AuditList } from "./audit-list.tsx";
import { SectionCard } from "./section-card.tsx";

export function ActivitySection() {
  const pages = useInfiniteQuery({
    queryKey: keys.activity,
    queryFn: ({ pageParam }) => account.audit(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ cursor }) => cursor,
  });
  return (
    <SectionCard
      title="What happened"
      intro="Sign-ins, and everything that changed who can get in. If something here was not you: end that session, and remove what was added."
    >
      <AuditList pages={pages} showsPeople={false} />
    </SectionCard>
  );
}
