import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { HttpProxy } from "vite";
import { defineConfig } from "vitest/config";

// The server sees our own host, so that pages and API are of one origin, as they are when it serves both.
const server = {
  target: process.env.LEDGERDESK_URL ?? "http://127.0.0.1:8080",
  changeOrigin: false,
  // A stream without an event yet is a stream all the same.
  configure: (proxy: HttpProxy.ProxyServer) => void proxy.on("proxyRes", (_, __, answer) => void setImmediate(() => answer.flushHeaders())),
};
const proxy = { "/api": server, "/signin": server, "/join": server };

export default defineConfig({
  plugins: [svelte()],
  // The server writes another nonce there in each answer.
  html: { cspNonce: "CSP_NONCE" },
  resolve: { alias: { $lib: new URL("./src/lib", import.meta.url).pathname } },
  build: {
    target: ["chrome90", "edge90", "firefox88", "safari14"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
  },
  server: { port: 5173, proxy },
  preview: { port: 4173, proxy },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
