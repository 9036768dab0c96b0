/** How long an answer took in milliseconds, and for how many of them the processor was busy with other things. */
interface RoundTrip {
	latency: number;
	busy: number;
}

/** In milliseconds: what answers sooner is near, and its connection no bottleneck. */
export const farDistance = 15;

/** How far away S3 is, by how long its answers take. */
export interface RoundTrips {
	note(roundTrip: RoundTrip): void;
	/** Whether an answer has shown that S3 is near: a new connection or a busy server makes some late, but none early. */
	isNear(): boolean;
	/**
	 * Milliseconds to S3 and back, as far as it is certain: no more than the shortest answer, and no more than the processor
	 * had nothing else to do while it waited for one.
	 */
	distance(): number;
}

/** The measured distance to S3; zero before the first answer. */
export const roundTrips = (): RoundTrips => {
	let shortest = Infinity;
	let idle = 0;
	return {
		note: ({ latency, busy }) => {
			shortest = Math.min(shortest, latency);
			idle = Math.max(idle, latency - busy);
		},
		isNear: () => shortest < farDistance,
		distance: () => Math.min(shortest, idle),
	};
};
