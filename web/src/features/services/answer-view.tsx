// What a service answered: how it went in one line, the body as what it is (a picture, JSON, words, bytes), the headers.
import { useEffect, useState } from "react";
import { sayBytes, sayNumber } from "../../say.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Skeleton } from "../../ui/notice.tsx";
import { Card } from "../../ui/page.tsx";
import { CodeBox } from "./code-box.tsx";
import type { Answer } from "./make-call.ts";
import styles from "./services.module.css";

/** Characters of an answer that are shown; the rest is in the file. */
const SHOWN_CHARS = 20_000;

export function AnswerView({ answer }: { answer: Answer }) {
  const isGood = answer.status < 400;
  return (
    <Card aria-label="Answer" className={styles.answer}>
      <h2 className={isGood ? styles.ok : styles.down}>
        <Icon name={isGood ? "check" : "alert"} /> {answer.status} {answer.statusText}
      </h2>
      <p className={styles.quiet}>
        {sayNumber(Math.round(answer.ms))} ms · {sayBytes(answer.body.size)}
        {answer.body.type === "" ? "" : ` · ${answer.body.type}`}
      </p>
      {answer.isRedirected ? (
        <p>
          Sent on to <code>{answer.path}</code>
        </p>
      ) : null}
      <BodyView body={answer.body} />
      <details>
        <summary>Headers</summary>
        <dl className={styles.headers}>
          {answer.headers.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </Card>
  );
}

function BodyView({ body }: { body: Blob }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(body);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [body]);
  if (body.size === 0) return <p className={styles.quiet}>There is nothing in it.</p>;
  if (address === null) return <Skeleton height={120} />;
  if (/^image\/(jpeg|png|webp|avif|gif)/.test(body.type))
    return <img className={styles.picture} src={address} alt="What was answered" />;
  if (/json|^text\//.test(body.type)) return <TextView body={body} />;
  return (
    <div>
      <a className={buttonClass({ small: true })} href={address} download="answer">
        <Icon name="download" size={18} /> Save the answer
      </a>
    </div>
  );
}

function TextView({ body }: { body: Blob }) {
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let isGone = false;
    void body.text().then((read) => {
      if (!isGone) setText(readable(read, body.type));
    });
    return () => {
      isGone = true;
    };
  }, [body]);
  if (text === null) return <Skeleton height={120} />;
  return (
    <CodeBox label="Body of the answer">
      {text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}\n…` : text}
    </CodeBox>
  );
}

/** JSON with its lines broken; anything else, and what only claims to be JSON, as it came. */
function readable(text: string, type: string): string {
  if (!type.includes("json")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
