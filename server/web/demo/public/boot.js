// Before the first paint, and in browsers too old for modules: the chosen colours, and whether calls are possible here.
(function () {
  try {
    var theme = localStorage.getItem('matchmaker.theme');
    if (theme === 'light' || theme === 'dark') {
      document.documentElement.setAttribute('data-theme', theme);
    }
  } catch (e) { /* no storage: as the system */ }
  var able = 'noModule' in document.createElement('script') && 'RTCPeerConnection' in window && 'WebSocket' in window
    && 'structuredClone' in window && 'HTMLDialogElement' in window && window.CSS && CSS.supports('selector(:has(a))');
  if (!able) {
    document.documentElement.className = 'too-old';
  }
})();
