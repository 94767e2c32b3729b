// Settings: what belongs to the account, section by section. Each saves by itself.
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { UserInfo } from "../../../../shared/contracts/auth.ts";
import { useSession } from "../../queries/session.ts";
import type { IconName } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { Sections } from "../../ui/sections.tsx";
import { NotFoundPage } from "../shell/not-found-page.tsx";
import { ActivitySection } from "./activity-section.tsx";
import { ApiKeysSection } from "./api-keys-section.tsx";
import { AppsSection } from "./apps-section.tsx";
import { DangerSection } from "./danger-section.tsx";
import { LinksSection } from "./links-section.tsx";
import { PeopleSection } from "./people-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { SignInSection } from "./sign-in-section.tsx";
import { StorageSection } from "./storage-section.tsx";

interface Section {
  readonly name: string;
  readonly label: string;
  readonly icon: IconName;
  readonly render: (user: UserInfo) => ReactNode;
}

const SECTIONS: readonly Section[] = [
  { name: "profile", label: "Profile", icon: "user", render: (user) => <ProfileSection user={user} /> },
  { name: "sign-in", label: "Sign-in", icon: "shield", render: (user) => <SignInSection user={user} /> },
  { name: "sessions", label: "Sessions", icon: "device", render: () => <SessionsSection /> },
  { name: "people", label: "People and consent", icon: "people", render: () => <PeopleSection /> },
  { name: "storage", label: "Storage and export", icon: "folder", render: (user) => <StorageSection user={user} /> },
  { name: "api-keys", label: "API keys", icon: "key", render: (user) => <ApiKeysSection user={user} /> },
  { name: "links", label: "Public links", icon: "link", render: () => <LinksSection /> },
  { name: "apps", label: "Connected apps", icon: "plug", render: (user) => <AppsSection user={user} /> },
  { name: "activity", label: "Activity", icon: "clock", render: () => <ActivitySection /> },
  { name: "danger", label: "Danger zone", icon: "alert", render: (user) => <DangerSection user={user} /> },
];
const LINKS = SECTIONS.map(({ name, label, icon }) => ({ to: `/settings/${name}`, label, icon }));

export function SettingsPage() {
  const { section } = useParams({ from: "/member/settings/$section" });
  const { data: user } = useSession();
  const open = SECTIONS.find(({ name }) => name === section);
  if (!open) return <NotFoundPage />;
  return (
    <Page title={open.label}>
      <Sections label="Settings" items={LINKS}>
        {user ? open.render(user) : null}
      </Sections>
    </Page>
  );
}
