import type { Unit } from './report';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

const grouped = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });

/** With three digits, such as 1.23 GiB. */
const bytes = (value: number) => {
	const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
	const number = value / 1024 ** power;
	return `${grouped(number, power === 0 || number >= 100 ? 0 : number >= 10 ? 1 : 2)} ${units[power]}`;
};

const hours = (value: number) => {
	const minutes = Math.round(value * 60);
	if (minutes < 1) return 'under 1 min';
	if (minutes < 60) return `${minutes} min`;
	if (value < 48) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
	return `${grouped(value / 24, 1)} days`;
};

const usd = (value: number) =>
	value > 0 && value < 0.01
		? 'under $0.01'
		: `$${value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

const writers: Record<Unit, (value: number) => string> = {
	count: (value) => grouped(value),
	bytes,
	bytesPerSecond: (value) => `${bytes(value)}/s`,
	hours,
	usd,
};

/** Writes an amount for people. */
export const written = (value: number, unit: Unit): string => writers[unit](value);
