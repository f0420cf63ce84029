/** Bounds of the host collector, each with the reason for its size. */

/** Parts that seldom change, or that are slow to ask (a sensor's bus, a link's driver, each process) are asked this often. */
export const SLOW_PARTS_REFRESH_MS = 10_000;

/** Each process costs three system calls. Above this number their states are left out; how many there are is still told. */
export const PROCESSES_ASKED_MAX = 4096;

/** A CPU times an interrupt is a series. Where the product is larger (some 16 CPUs), interrupts are left out: nobody reads so many. */
export const INTERRUPT_SERIES_MAX = 1024;

/** The kernel walks all of its sockets to list them, and a line has 150 bytes. Machines with more are told by sockstat alone. */
export const TCP_SOCKETS_LISTED_MAX = 20_000;
