/**
 * How many random cases a test tries. `npm test` takes the first of them, to save time, and CI takes all; `CASES=100` takes so
 * many in each test.
 */
export const randomCases = (all: number, first: number) => Number(process.env.CASES ?? (process.env.CI ? all : first));
