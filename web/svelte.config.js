import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
  preprocess: vitePreprocess(),
  // Styles in files: the content security policy allows no others.
  compilerOptions: { css: "external", runes: true },
};
