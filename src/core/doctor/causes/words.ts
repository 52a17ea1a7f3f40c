/** Words that the causes share. */

import { formatNumber, superscript } from '../../notation';

/** Four digits, which is enough to see which of two numbers is larger. */
export const fourDigits = (value: number): string => formatNumber(value, 4);

export const thetaName = (l: number): string => `θ${superscript(`(${String(l)})`)}`;

export const percent = (share: number): string => `${formatNumber(100 * share, 3)} %`;
