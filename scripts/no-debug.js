// Replaces the package `debug` in the bundle. The proxy agents use it, and it would read the environment and write to the
// log of n8n.
module.exports = () => Object.assign(() => {}, { enabled: false });
