// Everybody who has an account: found by typing, changed in a dialog.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { AdminUser } from "../../../../shared/contracts/admin.ts";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { admin } from "../../admin-api.ts";
import { ROLE_WORDS } from "../../identity-words.ts";
import { keys } from "../../queries/keys.ts";
import { sayBytes, sayCount, sayDate } from "../../say.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Row, Rows, Tag } from "../../ui/rows.tsx";
import { Listed } from "../settings/listed.tsx";
import { SectionCard } from "../settings/section-card.tsx";
import styles from "../settings/settings.module.css";
import { SignInLinkDialog } from "./sign-in-link-dialog.tsx";
import { UserDialog } from "./user-dialog.tsx";

/** Pause in typing (ms) after which the list follows. */
const PAUSE_MS = 250;

export function UsersTab({ me }: { me: UserInfo }) {
  const [typed, setTyped] = useState("");
  const [q, setQ] = useState("");
  const [helping, setHelping] = useState<AdminUser | null>(null);
  const [editing, setEditing] = useState<AdminUser | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const pages = useInfiniteQuery({
    queryKey: keys.usersMatching(q),
    queryFn: ({ pageParam, signal }) => admin.users(q === "" ? null : q, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ cursor }) => cursor,
    placeholderData: keepPreviousData,
  });
  const items = pages.data?.pages.flatMap((page) => page.items);
  return (
    <SectionCard
      title="People with an account"
      action={
        <Link to="/admin/$tab" params={{ tab: "invitations" }} className={buttonClass()}>
          <Icon name="plus" size={18} /> Invite somebody
        </Link>
      }
    >
      <TextField
        label="Find by name or address"
        type="search"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Listed
        query={pages}
        items={items}
        what="The users"
        empty={q === "" ? "Nobody has an account." : `Nobody here is called “${q}”.`}
      >
        {(users) => (
          <Rows label="Users">
            {users.map((user) => (
              <Row
                key={user.id}
                title={user.name}
                tags={<UserTags user={user} isMe={user.id === me.sub} />}
                facts={factsOf(user)}
                actions={
                  <>
                    {mayHelp(me, user) ? (
                      <Button
                        small
                        icon="key"
                        aria-label={`New sign-in link for ${user.name}`}
                        onClick={() => setHelping(user)}
                      >
                        New sign-in link
                      </Button>
                    ) : null}
                    <Button small icon="edit" aria-label={`Change ${user.name}`} onClick={() => setEditing(user)}>
                      Change
                    </Button>
                  </>
                }
              />
            ))}
          </Rows>
        )}
      </Listed>
      {pages.hasNextPage ? (
        <div className={styles.buttons}>
          <Button disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show more
          </Button>
        </div>
      ) : null}
      {helping ? <SignInLinkDialog user={helping} onClose={() => setHelping(null)} /> : null}
      {editing ? <UserDialog user={editing} me={me} onClose={() => setEditing(null)} /> : null}
    </SectionCard>
  );
}

/** As the server has it: an owner helps everybody but other owners, and opens no locked account. */
function mayHelp(me: UserInfo, user: AdminUser): boolean {
  return me.role === "owner" && user.status !== "disabled" && (user.role !== "owner" || user.id === me.sub);
}

function UserTags({ user, isMe }: { user: AdminUser; isMe: boolean }) {
  return (
    <>
      {user.role === "member" ? null : <Tag tone="ok">{ROLE_WORDS[user.role]}</Tag>}
      {user.status === "disabled" ? <Tag tone="warn">Locked</Tag> : null}
      {user.status === "closing" ? <Tag tone="warn">Being deleted</Tag> : null}
      {isMe ? <Tag>You</Tag> : null}
    </>
  );
}

function factsOf(user: AdminUser): string {
  const { storage, signIn } = user;
  const ways = [
    ...(signIn.passkeys > 0 ? [sayCount(signIn.passkeys, "passkey", "passkeys")] : []),
    ...(signIn.hasPassword ? ["password"] : []),
    ...signIn.providers,
  ];
  return [
    user.email === null ? "no address" : `${user.email}${user.emailVerified ? "" : " (not proved)"}`,
    `${sayBytes(storage.bytes)}${storage.quotaBytes === null ? "" : ` of ${sayBytes(storage.quotaBytes)}`}, ${sayCount(storage.photos, "photo", "photos")}`,
    user.lastSeenAt === null ? "never here" : `last here ${sayDate(user.lastSeenAt)}`,
    ways.length === 0 ? "no way in of their own" : `signs in by ${ways.join(", ")}`,
  ].join(" · ");
}
