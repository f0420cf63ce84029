export { type DiskFaults, NO_FAULTS, SimulatedDisk } from './simulated-disk.ts';
export { DeadlockError, type Process, Simulation } from './simulation.ts';
