// How the page is built and, for work on it, served beside a running `jindo serve`.
import { defineConfig } from "vite";

export default defineConfig({
  // Everything is a file of its own: the content-security policy allows nothing inline.
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  // `npx vite` beside a running `jindo serve`: the page from here, the API from there.
  server: { proxy: { "/v1": { target: process.env.JINDO_URL ?? "http://127.0.0.1:8650", changeOrigin: false } } },
});
