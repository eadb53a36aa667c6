// One file for the runner, so that tests run one after another: they share a machine's cores, and one kills the server.
import './meet.js';
import './resume.js';
import './restart.js';
