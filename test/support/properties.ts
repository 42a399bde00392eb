import fc from "fast-check";

/**
 * fast-check with one seed for everybody, so that a change is judged by what it changed and not by the draw.
 * `FLEETSET_SEED=random` draws anew and prints the seed of what fails; a number repeats that draw.
 */
const asked = process.env.FLEETSET_SEED ?? "1";
fc.configureGlobal(asked === "random" ? {} : { seed: Number(asked) });

export { fc };
