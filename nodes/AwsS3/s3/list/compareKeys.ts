/**
 * The place of a UTF-16 unit among those of other characters in UTF-8. Characters outside of the basic plane are pairs of
 * surrogates, which come before U+E000 in UTF-16, and behind U+FFFF in UTF-8.
 */
const rankOf = (unit: number) => {
	if (unit < 0xd800) return unit;
	return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
};

/** Compares keys by their UTF-8 bytes, the order of S3's listings, without encoding them. */
export const compareKeys = (a: string, b: string): number => {
	const length = Math.min(a.length, b.length);
	for (let at = 0; at < length; at++) {
		const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
		if (one !== other) return rankOf(one) - rankOf(other);
	}
	return a.length - b.length;
};
