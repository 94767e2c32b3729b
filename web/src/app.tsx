// The route table. Upload and gallery load when first visited; status comes with the shell, to be there when nothing else is.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, RouterProvider } from "@tanstack/react-router";
import { ComingPage } from "./features/coming/coming-page.tsx";
import { HomePage } from "./features/home/home-page.tsx";
import { LoginPage } from "./features/login/login-page.tsx";
import { NotFoundPage } from "./features/shell/not-found-page.tsx";
import { RequireSession } from "./features/shell/require-session.tsx";
import { Shell } from "./features/shell/shell.tsx";
import { StatusPage } from "./features/status/status-page.tsx";
import { BrokenPage } from "./ui/error-boundary.tsx";
import { Skeleton } from "./ui/notice.tsx";

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFoundPage,
  errorComponent: ({ error }) => <BrokenPage error={error} />,
});
const login = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  component: LoginPage,
  validateSearch: (search): { to?: string } => (typeof search.to === "string" ? { to: search.to } : {}),
});
const status = createRoute({
  getParentRoute: () => rootRoute,
  path: "/status",
  component: StatusPage,
});
const member = createRoute({ getParentRoute: () => rootRoute, id: "member", component: RequireSession });

const home = createRoute({ getParentRoute: () => member, path: "/", component: HomePage });
const gallery = createRoute({
  getParentRoute: () => member,
  path: "/gallery",
  component: lazyRouteComponent(() => import("./features/gallery/gallery-page.tsx"), "GalleryPage"),
  validateSearch: (search): { photo?: string } => (typeof search.photo === "string" ? { photo: search.photo } : {}),
});
const upload = createRoute({
  getParentRoute: () => member,
  path: "/upload",
  component: lazyRouteComponent(() => import("./features/upload/upload-page.tsx"), "UploadPage"),
});
const people = createRoute({
  getParentRoute: () => member,
  path: "/people",
  component: () => <ComingPage page="people" />,
});
const search = createRoute({
  getParentRoute: () => member,
  path: "/search",
  component: () => <ComingPage page="search" />,
});
const albums = createRoute({
  getParentRoute: () => member,
  path: "/albums",
  component: () => <ComingPage page="albums" />,
});
const services = createRoute({
  getParentRoute: () => member,
  path: "/services",
  component: () => <ComingPage page="services" />,
});

const router = createRouter({
  routeTree: rootRoute.addChildren([
    login,
    status,
    member.addChildren([home, gallery, upload, people, search, albums, services]),
  ]),
  defaultPreload: "intent",
  defaultPendingMs: 150,
  defaultPendingMinMs: 300,
  // Inside the shell: a page whose code could not be fetched must not take the navigation with it.
  defaultErrorComponent: ({ error }) => <BrokenPage error={error} />,
  defaultPendingComponent: () => <Skeleton height={320} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

export function App() {
  return <RouterProvider router={router} />;
}
