// The route table. Upload, gallery and people load when first visited; status comes with the shell, to be there when nothing else is.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  RouterProvider,
  redirect,
} from "@tanstack/react-router";
import { toParams } from "./api.ts";
import { ComingPage } from "./features/coming/coming-page.tsx";
import { HomePage } from "./features/home/home-page.tsx";
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
/** Searches are what somebody may have typed into the address: only what is understood is kept. */
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const login = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  component: lazyRouteComponent(() => import("./features/login/login-page.tsx"), "LoginPage"),
  validateSearch: (search): { to?: string | undefined; problem?: string | undefined } => ({
    to: text(search.to),
    problem: text(search.problem),
  }),
});
const invite = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invite",
  component: lazyRouteComponent(() => import("./features/login/join-page.tsx"), "InvitePage"),
});
const register = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  component: lazyRouteComponent(() => import("./features/login/join-page.tsx"), "RegisterPage"),
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
  validateSearch: (search): { photo?: string | undefined; person?: string | undefined; match?: "any" | undefined } => ({
    photo: text(search.photo),
    person: text(search.person),
    match: search.match === "any" ? "any" : undefined,
  }),
});
const upload = createRoute({
  getParentRoute: () => member,
  path: "/upload",
  component: lazyRouteComponent(() => import("./features/upload/upload-page.tsx"), "UploadPage"),
});
const people = createRoute({
  getParentRoute: () => member,
  path: "/people",
  component: lazyRouteComponent(() => import("./features/people/people-page.tsx"), "PeoplePage"),
  validateSearch: (search): { hidden?: true | undefined; page?: number | undefined } => {
    const page = Number(search.page);
    return {
      hidden: search.hidden === "true" || search.hidden === true ? true : undefined,
      page: Number.isInteger(page) && page > 1 ? page : undefined,
    };
  },
});
const review = createRoute({
  getParentRoute: () => member,
  path: "/people/review",
  component: lazyRouteComponent(() => import("./features/people/review-page.tsx"), "ReviewPage"),
});
const peopleHistory = createRoute({
  getParentRoute: () => member,
  path: "/people/history",
  component: lazyRouteComponent(() => import("./features/people/history-page.tsx"), "HistoryPage"),
});
const nobody = createRoute({
  getParentRoute: () => member,
  path: "/people/nobody",
  component: lazyRouteComponent(() => import("./features/people/nobody-page.tsx"), "NobodyPage"),
});
const person = createRoute({
  getParentRoute: () => member,
  path: "/people/$personId",
  component: lazyRouteComponent(() => import("./features/people/person-page.tsx"), "PersonPage"),
  validateSearch: (search): { view?: "photos" | "faces" | undefined; photo?: string | undefined } => ({
    view: search.view === "faces" ? "faces" : undefined,
    photo: text(search.photo),
  }),
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
  component: lazyRouteComponent(() => import("./features/services/services-page.tsx"), "ServicesPage"),
});
const service = createRoute({
  getParentRoute: () => member,
  path: "/services/$service",
  component: lazyRouteComponent(() => import("./features/services/service-page.tsx"), "ServicePage"),
});
const welcome = createRoute({
  getParentRoute: () => member,
  path: "/welcome",
  component: lazyRouteComponent(() => import("./features/login/welcome-page.tsx"), "WelcomePage"),
  validateSearch: (search): { to?: string | undefined } => ({ to: text(search.to) }),
});
const settingsHome = createRoute({
  getParentRoute: () => member,
  path: "/settings",
  beforeLoad: ({ search }) => {
    // A visit to a provider comes back here: to where providers are, with what went wrong.
    const section = "problem" in search ? "sign-in" : "profile";
    throw redirect({ to: "/settings/$section", params: { section }, search, replace: true });
  },
});
const settings = createRoute({
  getParentRoute: () => member,
  path: "/settings/$section",
  component: lazyRouteComponent(() => import("./features/settings/settings-page.tsx"), "SettingsPage"),
});
const adminHome = createRoute({
  getParentRoute: () => member,
  path: "/admin",
  beforeLoad: () => {
    throw redirect({ to: "/admin/$tab", params: { tab: "users" }, replace: true });
  },
});
const admin = createRoute({
  getParentRoute: () => member,
  path: "/admin/$tab",
  component: lazyRouteComponent(() => import("./features/admin/admin-page.tsx"), "AdminPage"),
});
const authorize = createRoute({
  getParentRoute: () => member,
  path: "/authorize",
  component: lazyRouteComponent(() => import("./features/authorize/authorize-page.tsx"), "AuthorizePage"),
});
const device = createRoute({
  getParentRoute: () => member,
  path: "/device",
  component: lazyRouteComponent(() => import("./features/authorize/device-page.tsx"), "DevicePage"),
  validateSearch: (search): { user_code?: string | undefined } => ({ user_code: text(search.user_code) }),
});

const router = createRouter({
  routeTree: rootRoute.addChildren([
    login,
    invite,
    register,
    status,
    member.addChildren([
      home,
      gallery,
      upload,
      people,
      review,
      peopleHistory,
      nobody,
      person,
      search,
      albums,
      services,
      service,
      welcome,
      settingsHome,
      settings,
      adminHome,
      admin,
      authorize,
      device,
    ]),
  ]),
  // Words as they are written: an address that belongs to somebody else (an app's request) must come back unchanged.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const params = toParams(search);
    return params === "" ? "" : `?${params}`;
  },
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
