const vm = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { TestEnvironment } = require('jest-environment-node');
const { ModuleMocker } = require('jest-mock');
const { devDependencies } = require('../../package.json');

/** Stands for the context that this file runs in, because Node gives no object for it. */
const here = vm.createContext({});

const isPackage = (path) => Object.keys(devDependencies).some((name) => path.includes(`/node_modules/${name}/`));

// Jest compiles each module in the context of its environment, once for each file of tests. Node loads packages once.
const { compileFunction } = vm;
vm.compileFunction = (code, names, options = {}) => {
	const { parsingContext, ...others } = options;
	if (parsingContext !== here) return compileFunction(code, names, options);
	if (!isPackage(options.filename)) return compileFunction(code, names, others);
	return (module) => (module.exports = require(options.filename));
};

const describe = (object, key) => Object.getOwnPropertyDescriptor(object, key);

/** Gives a function that turns the properties of an object back to what they are now. */
const remember = (object) => {
	const before = new Map(Reflect.ownKeys(object).map((key) => [key, describe(object, key)]));
	return () => {
		for (const key of Reflect.ownKeys(object)) if (!before.has(key)) delete object[key];
		for (const [key, descriptor] of before) {
			const { value, get } = describe(object, key) ?? {};
			if (value !== descriptor.value || get !== descriptor.get) Object.defineProperty(object, key, descriptor);
		}
	};
};

/**
 * Runs tests among the globals of Node itself, as n8n runs its nodes: errors and dates are the same for tests, packages and
 * Node. Files of tests share packages, which take most of a second to load. Our own modules are new in each file.
 */
module.exports = class extends TestEnvironment {
	constructor(config, context) {
		super(config, context);
		this.turnBack = [globalThis, process, process.env].map(remember);
		this.global = globalThis;
		this.context = here;
		this.moduleMocker = new ModuleMocker(globalThis);
		this.fakeTimersModern = new ModernFakeTimers({ config: config.projectConfig, global: globalThis });
	}

	async teardown() {
		await super.teardown();
		for (const restore of this.turnBack) restore();
	}
};
