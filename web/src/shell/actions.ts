// What can be done anywhere.
import { may } from "$lib/api/permissions.svelte";
import { logOut } from "$lib/api/session.svelte";
import { asApiError } from "$lib/api/problem";
import { register, type Action } from "$lib/keys";
import { navigate } from "$lib/router.svelte";
import { change, settings, shownTheme } from "$lib/theme/settings.svelte";
import { toast } from "$lib/ui/toasts.svelte";
import { routes, type Route } from "../routes";
import { panels } from "./panels.svelte";

/** The second key of `g …`, by path. */
const KEYS: Record<string, string> = {
  "/": "g i",
  "/customers": "g c",
  "/dashboard": "g d",
  "/admin/agents": "g a",
  "/admin/teams": "g m",
  "/admin/webhooks": "g w",
  "/admin/keys": "g p",
  "/admin/audit": "g l",
};

const visit = ({ path, title, permission }: Route): Action => ({
  id: `go.${path}`,
  title,
  group: "go",
  ...(KEYS[path] && { keys: [KEYS[path]] }),
  run: () => navigate(path),
  enabled: () => !permission || may(permission),
});

export const toggleTheme = () => change({ theme: shownTheme.value === "dark" ? "light" : "dark" });

export const leave = () =>
  logOut().catch((error: unknown) => toast(asApiError(error).message, { tone: "bad" }));

export function generalActions(): () => void {
  return register([
    { id: "palette", title: "palette.open", group: "general", keys: ["mod+k"], whileTyping: true, run: () => (panels.palette = true) },
    { id: "help", title: "help.title", group: "general", keys: ["?"], run: () => (panels.help = true) },
    ...routes.filter((route) => route.nav).map(visit),
    { id: "theme", title: "settings.toggle_theme", group: "general", keys: ["g t"], run: toggleTheme },
    {
      id: "density", title: "settings.toggle_density", group: "general", keys: ["g y"],
      run: () => change({ density: settings.density === "compact" ? "comfortable" : "compact" }),
    },
    {
      id: "single-keys", title: "settings.toggle_keys", group: "general", keys: ["mod+shift+k"],
      run: () => change({ singleKeys: !settings.singleKeys }),
    },
    { id: "log-out", title: "nav.log_out", group: "general", keys: ["g x"], run: () => void leave() },
  ]);
}
