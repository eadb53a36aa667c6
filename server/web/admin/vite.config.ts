import { defineConfig } from 'vite';

// `npm run dev -w admin` serves the console with hot reload in front of a running server.
const server = process.env.MATCHMAKER_URL ?? 'http://localhost:8080';

export default defineConfig({
  base: '/admin/',
  build: {
    outDir: '../../src/Matchmaker/wwwroot/admin',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': server, '/hubs': { target: server, ws: true } },
  },
});
