/** A parameter's name as a file writes it (θ₁, w5, w_in, β′) set in LaTeX's mathematics. */

const LETTERS = 'αβγδεζηθϑικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ';
const COMMANDS = (
  'alpha beta gamma delta varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi psi ' +
  'omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega'
).split(' ');
const LOWERED = '₀₁₂₃₄₅₆₇₈₉₍₎₊₋';
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻';
const BASELINE = '0123456789()+-';
const SPECIAL: Readonly<Record<string, string>> = {
  _: '\\_',
  ' ': '\\ ',
  '#': '\\#',
  '%': '\\%',
  '&': '\\&',
  $: '\\$',
  '{': '\\{',
  '}': '\\}',
  '′': "'",
};

/** LaTeX for `name`, or undefined where it is empty or holds a character that plain LaTeX has no sign for. */
export function latexName(name: string): string | undefined {
  let base = '';
  let low = '';
  let high = '';
  for (const char of name) {
    const lowered = LOWERED.indexOf(char);
    const raised = RAISED.indexOf(char);
    const greek = LETTERS.indexOf(char);
    if (lowered >= 0) low += BASELINE[lowered] ?? '';
    else if (raised >= 0) high += BASELINE[raised] ?? '';
    // After an index the name goes on: such a name has no form of its own in LaTeX.
    else if (low !== '' || high !== '') return undefined;
    else if (greek >= 0) base += `{\\${COMMANDS[greek] ?? ''}}`;
    else if (SPECIAL[char]) base += SPECIAL[char];
    else if (/[A-Za-z0-9.,:;!?()[\]/*+=|'-]/.test(char)) base += char;
    else return undefined;
  }
  if (base === '') return undefined;
  const upright = /[A-Za-z0-9]{2}/.test(base) && !base.includes('{\\') ? `\\mathit{${base}}` : base;
  return upright + (low && `_{${low}}`) + (high && `^{${high}}`);
}
