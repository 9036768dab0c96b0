// CommonJS, because both the runner of the tests and the tests under jest load it.
const { existsSync } = require('node:fs');

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of a Chromium that this machine has, or undefined. */
const browser = () => programs.find((program) => existsSync(program));

module.exports = { browser };
