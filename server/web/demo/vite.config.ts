import { defineConfig } from 'vite';

// `npm run dev` serves the page with hot reload in front of a running server.
const server = process.env.MATCHMAKER_URL ?? 'http://localhost:8080';

export default defineConfig({
  build: {
    outDir: '../../src/Matchmaker/wwwroot',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': server, '/hub': { target: server, ws: true } },
  },
});
