// One service: which of its operations to call, the form for it, the code for it, and what it answered.
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useHealth } from "../../queries/health.ts";
import { buttonClass } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { EmptyState, Failure, Skeleton } from "../../ui/notice.tsx";
import { Page } from "../../ui/page.tsx";
import { findOperation } from "./open-api.ts";
import { ServiceHealth } from "./service-health.tsx";
import { SERVICES, type Service } from "./service-list.ts";
import styles from "./services.module.css";
import { TryIt } from "./try-it.tsx";
import { useApiDocument } from "./use-api-document.ts";

export function ServicePage() {
  const { service: id } = useParams({ from: "/member/services/$service" });
  const service = SERVICES.find((one) => one.id === id);
  const { data: health } = useHealth(true);
  return (
    <Page
      title={service?.name ?? "No such service"}
      intro={service?.purpose}
      actions={
        <Link to="/services" className={buttonClass()}>
          All services
        </Link>
      }
    >
      {service ? (
        <>
          <p>
            <ServiceHealth service={service} health={health} />
          </p>
          <Operations service={service} key={service.id} />
        </>
      ) : (
        <EmptyState icon="services" title="There is no service of that name">
          All of them are on the page before.
        </EmptyState>
      )}
    </Page>
  );
}

function Operations({ service }: { service: Service }) {
  const api = useApiDocument();
  const [chosen, setChosen] = useState<string | null>(null);
  if (api.isError) {
    return (
      <Failure
        what="The description of the API could not be read"
        error={api.error}
        onRetry={() => void api.refetch()}
      />
    );
  }
  const { data: document } = api;
  if (!document) return <Skeleton height={320} />;
  const offers = service.offers.flatMap((offer) => {
    const located = findOperation(document, offer.route);
    return located ? [{ offer, located }] : [];
  });
  const open = offers.find(({ offer }) => offer.route === chosen) ?? offers[0];
  if (!open) {
    return (
      <EmptyState icon="services" title="This server does not have it yet">
        A newer version of Heliograph does.
      </EmptyState>
    );
  }
  return (
    <>
      {offers.length > 1 ? (
        <div className={styles.operation}>
          <SelectField
            label="What to call"
            value={open.offer.route}
            hint={open.located.operation.summary}
            onChange={(event) => setChosen(event.target.value)}
          >
            {offers.map(({ offer, located }) => (
              <option key={offer.route} value={offer.route}>
                {located.method.toUpperCase()} {located.path}
              </option>
            ))}
          </SelectField>
        </div>
      ) : (
        <div>
          <code className={styles.route}>
            {open.located.method.toUpperCase()} {open.located.path}
          </code>
          <p className={styles.quiet}>{open.located.operation.summary}</p>
        </div>
      )}
      <TryIt key={open.offer.route} document={document} located={open.located} starts={open.offer.starts ?? {}} />
    </>
  );
}
