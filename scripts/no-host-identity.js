// Stands in the bundle where the SDK keeps its ways to take on the identity of the host: profiles, SSO, instance roles.
// A connection has its own keys, so none of them is ever asked; without them, none can be.
exports.defaultProvider = () => async () => {
	throw new Error('A connection has no keys of its own');
};
