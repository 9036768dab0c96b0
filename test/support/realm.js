// Jest runs tests in a realm of their own, where the errors that Node makes are no instances of `Error`. In n8n they are, and
// libraries such as p-retry go by that.
const { isNativeError } = require('node:util/types');

const isInstance = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
	value(error) {
		return isInstance.call(this, error) || (this === Error && isNativeError(error));
	},
});
