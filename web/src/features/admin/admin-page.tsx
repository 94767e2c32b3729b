// Admin: who is here, who may come, how people sign in, what happened. Only for owners and admins.
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { isAdmin, useSession } from "../../queries/session.ts";
import type { IconName } from "../../ui/icon.tsx";
import { EmptyState } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { Sections } from "../../ui/sections.tsx";
import { NotFoundPage } from "../shell/not-found-page.tsx";
import { AuditTab } from "./audit-tab.tsx";
import { InvitationsTab } from "./invitations-tab.tsx";
import { SignInTab } from "./sign-in-tab.tsx";
import { UsersTab } from "./users-tab.tsx";

interface Tab {
  readonly name: string;
  readonly label: string;
  readonly icon: IconName;
  readonly render: (user: UserInfo) => ReactNode;
}

const TABS: readonly Tab[] = [
  { name: "users", label: "Users", icon: "people", render: (user) => <UsersTab me={user} /> },
  { name: "invitations", label: "Invitations", icon: "mail", render: () => <InvitationsTab /> },
  { name: "sign-in", label: "Sign-in", icon: "shield", render: () => <SignInTab /> },
  { name: "audit", label: "Audit", icon: "clock", render: () => <AuditTab /> },
];
const LINKS = TABS.map(({ name, label, icon }) => ({ to: `/admin/${name}`, label, icon }));

export function AdminPage() {
  const { tab } = useParams({ from: "/member/admin/$tab" });
  const { data: user } = useSession();
  const open = TABS.find(({ name }) => name === tab);
  if (!open) return <NotFoundPage />;
  if (user && !isAdmin(user)) {
    return (
      <Page title="For admins">
        <EmptyState icon="shield" title="This page is for those who run this installation">
          Ask the owner to make you an admin if you should be here.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title={open.label}>
      <Sections label="Admin" items={LINKS}>
        {user ? open.render(user) : null}
      </Sections>
    </Page>
  );
}
