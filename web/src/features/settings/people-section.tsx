// Whether faces may be recognised: the same block that stands on the People page.
import { Link } from "@tanstack/react-router";
import { Failure, Skeleton } from "../../ui/notice.tsx";
import { ConsentBlock } from "../consent/consent-block.tsx";
import { useConsent } from "../consent/use-consent.ts";

export function PeopleSection() {
  const consent = useConsent();
  if (consent.isError)
    return (
      <Failure what="Your choice could not be read" error={consent.error} onRetry={() => void consent.refetch()} />
    );
  if (!consent.data) return <Skeleton height={160} />;
  return (
    <>
      <ConsentBlock consent={consent.data} />
      <p>
        <Link to="/people">Go to People</Link> to name, merge and sort them.
      </p>
    </>
  );
}
