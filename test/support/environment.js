const vm = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { TestEnvironment } = require('jest-environment-node');
const { ModuleMocker } = require('jest-mock');
const { devDependencies } = require('../../package.json');

/** Stands for the context that this file runs in, because Node gives no object for it. */
const here = vm.createContext({});

const isPackage = (path) => Object.keys(devDependencies).some((name) => path.includes(`/node_modules/${name}/`));

/** Modules that are compiled, by their paths. Each file of tests calls these functions anew, and so gets modules of its own. */
const compiled = new Map();

// Jest compiles each module in the context of its environment, once for each file of tests. Here, Node loads packages once, and
// compiles our own modules once.
const { compileFunction } = vm;
vm.compileFunction = (code, names, options = {}) => {
	const { parsingContext, filename } = options;
	if (parsingContext !== here) return compileFunction(code, names, options);
	if (isPackage(filename)) return (module) => (module.exports = require(filename));
	const known = compiled.get(filename);
	if (known?.code === code && known.names === String(names)) return known.run;
	// Not with the other options: they would keep the file of tests that comes first in memory.
	const run = compileFunction(code, names, { filename });
	compiled.set(filename, { code, names: String(names), run });
	return run;
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
