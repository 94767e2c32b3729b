// Services: a card for each with what it is for and how it is, and where it can be tried.
import { Link } from "@tanstack/react-router";
import { useHealth } from "../../queries/health.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { ServiceHealth } from "./service-health.tsx";
import { SERVICES } from "./service-list.ts";
import styles from "./services.module.css";

export function ServicesPage() {
  const { data: health } = useHealth(true);
  return (
    <Page
      title="Services"
      intro="Everything this page does, your own programs can do. Try each here with your photos, and take the code along."
      actions={
        // A document of its own, not a page of this app.
        <a href="/docs" className={buttonClass()}>
          API reference
        </a>
      }
    >
      <ul className={styles.cards}>
        {SERVICES.map((service) => (
          <li key={service.id} className={styles.card}>
            <div className={styles.cardHead}>
              <Icon name={service.icon} size={24} />
              <h2>{service.name}</h2>
              <ServiceHealth service={service} health={health} />
            </div>
            <p>{service.purpose}</p>
            <div>
              <Link
                to="/services/$service"
                params={{ service: service.id }}
                className={buttonClass({ small: true })}
                aria-label={`Try it: ${service.name}`}
              >
                Try it
              </Link>
            </div>
          </li>
        ))}
      </ul>
    </Page>
  );
}
