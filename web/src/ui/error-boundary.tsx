// The last net: a page that broke says so, keeps what is safe in view, and offers a way on. Never a stack.
import { Component, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { Failure } from "./notice.tsx";
import { Page } from "./page.tsx";

interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** What stands where a part of a page broke; without it, the page is taken to be broken as a whole. */
  readonly fallback?: (error: unknown) => ReactNode;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    if (this.props.fallback) return this.props.fallback(this.state.error);
    return (
      <main>
        <BrokenPage error={this.state.error} />
      </main>
    );
  }
}

export function BrokenPage({ error }: { error: unknown }) {
  return (
    <Page title="This page stopped working">
      <Failure what="Something in this page broke" error={error} />
      <p>Photos you have uploaded are safe, and uploads in the queue continue after a reload.</p>
      <div>
        <Button kind="primary" icon="retry" onClick={() => location.reload()}>
          Reload the page
        </Button>
      </div>
    </Page>
  );
}
