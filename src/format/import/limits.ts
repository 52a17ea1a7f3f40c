/** What a model file may hold: past them it is refused before anything of that size is allocated. */

/** Parameters of a network whose tensors stand beside its text. */
export const MOST_IMPORTED_PARAMETERS = 2e7;

/** Parameters that an import writes into the text; more stand in a file beside it. */
export const MOST_INLINE = 20_000;

/** Of one array after it is inflated: the most parameters in float64, and as much again for what stands around them. */
export const MOST_BYTES = 2 * 8 * MOST_IMPORTED_PARAMETERS;

/** Of the text or pickle that describes a model. */
export const MOST_DESCRIPTION = 64 * 2 ** 20;
