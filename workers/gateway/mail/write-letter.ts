// The words of our letters: plain text first, and the same as simple HTML without pictures, styles from elsewhere or tracking.
import type { Letter, SecurityNotice } from "../../../shared/contracts/letters.ts";
import { EMAIL_LINK_LIFE_MS, INVITATION_LIFE_MS } from "../../../shared/contracts/limits.ts";
import type { IdentityVault } from "../identity/identity-vault.ts";
import { invitationToken, mailedToken } from "../identity/mailed-tokens.ts";

export interface WrittenLetter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly link: string | null;
}

const MINUTES = EMAIL_LINK_LIFE_MS / 60_000;
const DAYS = INVITATION_LIFE_MS / (24 * 60 * 60_000);
const IGNORE = "If you did not ask for this, ignore this letter: nothing happens unless the link is opened.";

const NOTICES: Record<SecurityNotice, string> = {
  "passkey-added": "A passkey was added to your account",
  "passkey-removed": "A passkey was removed from your account",
  "password-set": "The password of your account was set",
  "password-removed": "The password of your account was removed",
  "provider-linked": "Another way to sign in was linked to your account",
  "role-changed": "Your role was changed",
  "email-changed": "The e-mail address of your account was changed",
  "recovery-link": "An owner made a sign-in link for your account",
};

export async function writeLetter(vault: IdentityVault, letter: Letter): Promise<WrittenLetter> {
  const host = new URL(letter.origin).host;
  switch (letter.kind) {
    case "sign-in": {
      const to = letter.to === null ? "" : `?to=${encodeURIComponent(letter.to)}`;
      const link = `${letter.origin}/login${to}#token=${await mailedToken(vault, letter.linkId)}`;
      return written("Your sign-in link", link, [
        `Open this link to sign in to Heliograph at ${host}:`,
        `It works once, within ${MINUTES} minutes.`,
        IGNORE,
      ]);
    }
    case "verify": {
      const link = `${letter.origin}/login#token=${await mailedToken(vault, letter.linkId)}`;
      return letter.isNewAccount
        ? written("Confirm your address to begin", link, [
            `Open this link to make your account at ${host}:`,
            `It works once, within ${MINUTES} minutes.`,
            IGNORE,
          ])
        : written("Confirm your e-mail address", link, [
            `Open this link where you are signed in, to confirm that this address belongs to your account at ${host}:`,
            `It works once, within ${MINUTES} minutes.`,
            IGNORE,
          ]);
    }
    case "invitation": {
      const link = `${letter.origin}/invite#token=${await invitationToken(vault, letter.invitationId)}`;
      return written("You are invited to Heliograph", link, [
        `${letter.invitedBy} invites you to share photos at ${host}. Open this link to make your account:`,
        `It works once, within ${DAYS} days.`,
        "If you do not know who that is, ignore this letter.",
      ]);
    }
    case "security-notice": {
      const what = letter.what === null ? "" : ` (${letter.what})`;
      return written(NOTICES[letter.notice], `${letter.origin}/settings`, [
        `${NOTICES[letter.notice]}${what} at ${host}, on ${new Date(letter.at).toUTCString()}. Your settings show what can sign in:`,
        "If that was you, there is nothing to do. If it was not, sign out everywhere in your settings, and tell an admin.",
      ]);
    }
  }
}

/** The first paragraph, the link, and the others. */
function written(subject: string, link: string, [first = "", ...rest]: readonly string[]): WrittenLetter {
  const paragraphs = rest.map((text) => `<p>${escapeHtml(text)}</p>`).join("\n");
  const anchor = `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`;
  return {
    subject,
    link,
    text: [oneLine(first), link, ...rest.map(oneLine)].join("\n\n").concat("\n"),
    html: `<!doctype html>\n<html lang="en"><body>\n<p>${escapeHtml(first)}</p>\n${anchor}\n${paragraphs}\n</body></html>\n`,
  };
}

/** A name with line breaks could write a paragraph of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}

function escapeHtml(text: string): string {
  return oneLine(text).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
