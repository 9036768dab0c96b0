import ipaddr from 'ipaddr.js';

/**
 * Addresses at which clouds tell a machine its credentials.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
 * https://cloud.google.com/compute/docs/metadata/querying-metadata
 * https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 * https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
 */
const ranges = [
	...['169.254.0.0/16', '168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32'],
	...['fe80::/10', 'fd00:ec2::/32', 'fd20:ce::254/128'],
].map((range) => ipaddr.parseCIDR(range));

const names = /^(metadata|instance-data)(\.|$)/i;

/**
 * Prefixes of IPv6 addresses that stand for an IPv4 address, and the byte at which that begins.
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const embedding: Array<[ReturnType<typeof ipaddr.IPv6.parseCIDR>, number]> = [
	[ipaddr.IPv6.parseCIDR('::/96'), 12],
	[ipaddr.IPv6.parseCIDR('::ffff:0:0/96'), 12],
	[ipaddr.IPv6.parseCIDR('::ffff:0:0:0/96'), 12],
	[ipaddr.IPv6.parseCIDR('64:ff9b::/96'), 12],
	[ipaddr.IPv6.parseCIDR('2002::/16'), 2],
];

/** The IPv4 address in an IPv6 address, if it has one; else the address itself. */
const plainAddress = (text: string) => {
	const address = ipaddr.parse(text);
	if (!(address instanceof ipaddr.IPv6)) return address;
	const [, start] = embedding.find(([range]) => address.match(range)) ?? [];
	return start === undefined ? address : new ipaddr.IPv4(address.toByteArray().slice(start, start + 4));
};

/** Whether a host of a URL is the metadata service of a cloud, in whichever way its address is written. */
export const isMetadataService = (hostname: string): boolean => {
	const text = hostname.replace(/^\[(.*)\]$/, '$1');
	if (!ipaddr.isValid(text)) return names.test(text);
	const address = plainAddress(text);
	return ranges.some((range) => address.kind() === range[0].kind() && address.match(range));
};
