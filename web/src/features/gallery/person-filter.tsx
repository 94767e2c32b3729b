// "With these people": chips over the gallery, mirrored in the address.
import { useQueries } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { PERSON_FILTER_MAX } from "../../../../shared/contracts/limits.ts";
import { people as api } from "../../people-api.ts";
import { keys } from "../../queries/keys.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Isolated, isolate } from "../../ui/isolate.tsx";
import { useConsent } from "../consent/use-consent.ts";
import { nameOf } from "../people/decisions.ts";
import { FaceCrop } from "../people/face-crop.tsx";
import { PickPersonDialog } from "../people/people-dialogs.tsx";
import styles from "./person-filter.module.css";

export function PersonFilter({ ids, match }: { ids: readonly string[]; match: "all" | "any" }) {
  const navigate = useNavigate();
  const consent = useConsent();
  const [isPicking, setPicking] = useState(false);
  const people = useQueries({
    queries: ids.map((id) => ({
      queryKey: keys.person(id),
      queryFn: ({ signal }: { signal: AbortSignal }) => api.get(id, signal),
      retry: false,
    })),
  });
  if (ids.length === 0 && !(consent.data?.effective && consent.data.stored.people > 0)) return null;

  const show = (next: readonly string[], nextMatch: "all" | "any") =>
    void navigate({
      to: "/gallery",
      search: next.length === 0 ? {} : { person: next.join(","), match: nextMatch === "any" ? "any" : undefined },
    });

  return (
    <section className={styles.filter} aria-label="Filter by person">
      {ids.length > 0 ? <span className={styles.words}>With</span> : null}
      <ul className={styles.chips}>
        {ids.map((id, at) => {
          const person = people[at]?.data;
          const name = person ? nameOf(person) : people[at]?.isError ? "Somebody who is no longer there" : "…";
          return (
            <li key={id} className={styles.chip}>
              <FaceCrop src={person?.cover?.crop} size={28} />
              <span className={styles.name}>
                <Isolated>{name}</Isolated>
              </span>
              <IconButton
                small
                label={`Without ${isolate(name)}`}
                icon="close"
                onClick={() =>
                  show(
                    ids.filter((other) => other !== id),
                    match,
                  )
                }
              />
            </li>
          );
        })}
      </ul>
      {ids.length > 1 ? (
        <fieldset className={styles.match}>
          <legend className="visually-hidden">Which photos</legend>
          {(["all", "any"] as const).map((one) => (
            <label key={one} className={styles.option}>
              <input
                type="radio"
                className="visually-hidden"
                name="match"
                checked={match === one}
                onChange={() => show(ids, one)}
              />
              <span>{one === "all" ? "All of them" : "Any of them"}</span>
            </label>
          ))}
        </fieldset>
      ) : null}
      {ids.length < PERSON_FILTER_MAX ? (
        <Button small icon="people" onClick={() => setPicking(true)}>
          {ids.length === 0 ? "Filter by person" : "Add a person"}
        </Button>
      ) : null}
      {isPicking ? (
        <PickPersonDialog
          title="Show photos with"
          except={new Set(ids)}
          offersNew={false}
          onPick={(choice) => (choice.kind === "known" ? show([...ids, choice.person.id], match) : undefined)}
          onClose={() => setPicking(false)}
        />
      ) : null}
    </section>
  );
}
