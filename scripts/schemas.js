const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');

/** Members whose names are those of the user: their example would be taken for fields that are always there. */
const named = new Set(
	'tags metadata headers fields configuration reasons differences policy targetPolicy triggerPolicy'
		.split(' ')
		.concat('bySize byAge byDepth byStorageClass byType'.split(' ')),
);

/** What *Read* gives are the columns of the user's own file. */
const withoutSchema = new Set(['object.read']);

/** Returns the JSON schema of an example. A value that the example lacks may be anything. */
const schemaOf = (value, name = '') => {
	if (Array.isArray(value)) return { type: 'array', ...(value.length > 0 && { items: schemaOf(value[0]) }) };
	if (value === null) return { type: 'null' };
	if (typeof value !== 'object') return { type: typeof value };
	if (named.has(name)) return { type: 'object' };
	const properties = Object.entries(value).map(([member, one]) => [member, schemaOf(one, member)]);
	return { type: 'object', properties: Object.fromEntries(properties) };
};

/**
 * Returns the output schemas by the path at which n8n looks for them beside the node.
 *
 * @returns {Record<string, { properties?: Record<string, object> }>}
 */
const schemas = () => {
	const examples = Object.entries(JSON.parse(readFileSync('docs/examples.json', 'utf8')));
	return Object.fromEntries(
		examples
			.filter(([id]) => !withoutSchema.has(id))
			.map(([id, { output }]) => [
				`__schema__/v1.0.0/${id.replace('.', '/')}.json`,
				{ version: 1, ...schemaOf(output) },
			]),
	);
};

/** Writes the output schemas, from which n8n shows fields to drag before a node has run. */
const writeSchemas = async () => {
	for (const [path, schema] of Object.entries(schemas())) {
		const file = join('dist/nodes/AwsS3', path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, `${JSON.stringify(schema, undefined, '\t')}\n`);
	}
};

exports.schemas = schemas;
exports.schemaOf = schemaOf;
exports.writeSchemas = writeSchemas;
