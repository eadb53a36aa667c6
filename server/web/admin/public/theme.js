// Before the first paint: the colours that were chosen, here or on the demo's page.
try {
  const theme = localStorage.getItem('matchmaker.theme');
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme;
  }
} catch { /* no storage: as the system */ }
