// The form of one operation, sent for real as whoever is signed in; beside it the same call as code, below it the answer.
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { announce } from "../../ui/live-region.tsx";
import { Failure, Notice, Skeleton } from "../../ui/notice.tsx";
import { Card } from "../../ui/page.tsx";
import { AnswerView } from "./answer-view.tsx";
import { CallField } from "./call-field.tsx";
import { CodeTabs } from "./code-tabs.tsx";
import { type Field, fieldsOf } from "./fields.ts";
import { makeCall } from "./make-call.ts";
import type { Located, OpenApi } from "./open-api.ts";
import { type FormValues, prepareCall } from "./prepare-call.ts";
import styles from "./services.module.css";
import { useNewestPhotos } from "./use-newest-photos.ts";

interface TryItProps {
  readonly document: OpenApi;
  readonly located: Located;
  readonly starts: Readonly<Record<string, string>>;
}

const NEEDS_PHOTO = /^photoId$/;

export function TryIt({ document, located, starts }: TryItProps) {
  const newest = useNewestPhotos();
  if (newest.isPending) return <Skeleton height={320} />;
  return <LoadedForm document={document} located={located} starts={starts} photos={newest.data?.items ?? []} />;
}

function LoadedForm({
  document,
  located,
  starts,
  photos,
}: TryItProps & { readonly photos: readonly { readonly id: string; readonly filename: string }[] }) {
  const fields = useMemo(() => fieldsOf(document, located), [document, located]);
  const ids = photos.map(({ id }) => id);
  const [typed, setTyped] = useState<FormValues>({});
  const [isChecked, setChecked] = useState(false);
  const sent = useMutation({
    mutationFn: makeCall,
    onSuccess: ({ status, ms }) => announce(`Answered ${status} after ${Math.round(ms)} milliseconds.`),
  });
  const values = Object.fromEntries(
    fields.map((field) => [field.key, typed[field.key] ?? startOf(field, starts, ids)]),
  );
  const { call, problems } = prepareCall(located, fields, values);
  // The code says where a file goes before one is chosen.
  const shown = prepareCall(located, fields, { ...withFiles(fields), ...withoutEmpty(values) }).call;

  function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(problems).length === 0 && !sent.isPending) sent.mutate(call);
  }

  return (
    <>
      <div className={styles.bench}>
        <Card aria-label="Try it">
          <form className={styles.form} onSubmit={submit} noValidate>
            {ids.length === 0 && fields.some(({ name }) => NEEDS_PHOTO.test(name)) ? (
              <Notice title="You have no photo yet">Upload one to try this with.</Notice>
            ) : null}
            {fields.length === 0 ? <p className={styles.quiet}>It asks for nothing.</p> : null}
            {fields.map((field) => (
              <CallField
                key={field.key}
                field={field}
                value={values[field.key]}
                photos={NEEDS_PHOTO.test(field.name) ? photos : []}
                problem={isChecked ? problems[field.key] : undefined}
                onValue={(value) => setTyped((held) => ({ ...held, [field.key]: value }))}
              />
            ))}
            <div>
              <Button kind="primary" type="submit" disabled={sent.isPending}>
                {sent.isPending ? "Sending…" : "Send"}
              </Button>
            </div>
          </form>
        </Card>
        <CodeTabs call={shown} />
      </div>
      {sent.isError ? <Failure what="No answer came" error={sent.error} /> : null}
      {sent.data ? <AnswerView answer={sent.data} key={sent.submittedAt} /> : null}
    </>
  );
}

const withFiles = (fields: readonly Field[]): FormValues =>
  Object.fromEntries(
    fields
      .filter(({ kind }) => kind === "file")
      .map(({ key }) => [key, new File([], "photo.jpg", { type: "image/jpeg" })]),
  );

const withoutEmpty = (values: FormValues): FormValues =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));

function startOf(field: Field, starts: Readonly<Record<string, string>>, ids: readonly string[]): string {
  const given = starts[field.name];
  if (given !== undefined) return given.replace("{photos}", ids.slice(0, 2).join(",")).replace("{photo}", ids[0] ?? "");
  return NEEDS_PHOTO.test(field.name) ? (ids[0] ?? "") : field.start;
}
