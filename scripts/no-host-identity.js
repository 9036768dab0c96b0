// Replaces the SDK's default credential provider in the bundle. Connections always have their own keys; without the
// provider, they cannot use the host's profiles, SSO or instance role.
exports.defaultProvider = () => async () => {
	throw new Error('A connection has no keys of its own');
};
