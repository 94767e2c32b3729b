// The call of the form as code, to take along.
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { announce } from "../../ui/live-region.tsx";
import { Card } from "../../ui/page.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { CodeBox } from "./code-box.tsx";
import { KEY_PLACEHOLDER, SAMPLE_KINDS, type SampleKind, sampleCode } from "./code-samples.ts";
import type { Call } from "./prepare-call.ts";
import styles from "./services.module.css";

const LABELS = { curl: "curl", fetch: "fetch", python: "Python" } as const satisfies Record<SampleKind, string>;
const TABS = SAMPLE_KINDS.map((id) => ({ id, label: LABELS[id] }));

export function CodeTabs({ call }: { call: Call }) {
  const [kind, setKind] = useState<SampleKind>("curl");
  const code = sampleCode(kind, call, location.origin);
  return (
    <Card aria-label="As code">
      <Tabs label="As code" tabs={TABS} active={kind} onActive={setKind}>
        <CodeBox label={`The call in ${LABELS[kind]}`}>{code}</CodeBox>
      </Tabs>
      <div className={styles.codeFoot}>
        <Button
          small
          icon="copy"
          onClick={() =>
            void navigator.clipboard.writeText(code).then(
              () => announce("Code copied"),
              () => announce("Your browser did not allow copying. Select the text and copy it yourself."),
            )
          }
        >
          Copy the code
        </Button>
        <p className={styles.quiet}>
          Put one of your{" "}
          <Link to="/settings/$section" params={{ section: "api-keys" }}>
            API keys
          </Link>{" "}
          in place of <code>{KEY_PLACEHOLDER}</code>.
        </p>
      </div>
    </Card>
  );
}
