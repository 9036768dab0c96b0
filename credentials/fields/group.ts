import type { INodeProperties } from 'n8n-workflow';
import { CREDENTIAL_EMPTY_VALUE } from 'n8n-workflow';

/** Returns the values of a field that has nothing to lose. The editor gets a constant for an empty secret. */
const emptyOf = ({ default: value, typeOptions }: INodeProperties) => [
	value,
	...(typeOptions?.password ? [CREDENTIAL_EMPTY_VALUE] : []),
];

const hiddenBy = (field: INodeProperties, hide: object): INodeProperties => ({
	...field,
	displayOptions: { hide: { ...field.displayOptions?.hide, ...hide } },
});

/**
 * Returns a switch and the fields that it shows. n8n drops the value of a field that it hides, both when it saves a credential
 * and when a node reads it. So each field is there twice under its name: once for the open group, and once for a closed group
 * where the field has a value. At most one of the two is shown, whatever was saved.
 *
 * Only `hide` is used: n8n's public API would make a credential with `show` depend on the switch, which older callers do
 * not send. The order matters, because n8n evaluates a switch before the fields below it.
 */
export const group = (toggle: INodeProperties, fields: INodeProperties[]): INodeProperties[] => [
	toggle,
	...fields.flatMap((field) => {
		// A field that depends on another one of its group is shown whenever that one has a value.
		if (field.displayOptions?.show) return [field];
		return [
			hiddenBy(field, { [toggle.name]: [false] }),
			hiddenBy(field, { [toggle.name]: [{ _cnd: { not: false } }], [field.name]: emptyOf(field) }),
		];
	}),
];
