/** Named character references that mail programs write; all others stay as they are. Pairs of name and character. */
const LATIN =
  'nbsp\u00a0iexcl¡cent¢pound£curren¤yen¥brvbar¦sect§uml¨copy©ordfªlaquo«not¬shy\u00adreg®macr¯deg°plusmn±sup2²sup3³acute´' +
  'micro\u00b5para¶middot·cedil¸sup1¹ordmºraquo»frac14¼frac12½frac34¾iquest¿Agrave\u00c0AacuteÁAcircÂAtildeÃAumlÄAringÅAEligÆ' +
  'CcedilÇEgraveÈEacuteÉEcircÊEumlËIgraveÌIacuteÍIcircÎIumlÏETHÐNtildeÑOgraveÒOacuteÓOcircÔOtildeÕOumlÖtimes×OslashØUgraveÙ' +
  'UacuteÚUcircÛUumlÜYacuteÝTHORNÞszligßagraveàaacuteáacircâatildeãaumläaringåaeligæccedilçegraveèeacuteéecircêeumlëigraveì' +
  'iacuteíicircîiumlïethðntildeñograveòoacuteóocircôotildeõoumlödivide÷oslashøugraveùuacuteúucircûuumlüyacuteýthornþyumlÿ';
const OTHER =
  'quot"amp&lt<gt>apos\'OEligŒoeligœScaronŠscaronšYumlŸcircˆtilde˜ensp\u2002emsp\u2003thinsp\u2009zwnj\u200czwj\u200dlrm\u200e' +
  'rlm\u200fndash–mdash—lsquo‘rsquo’sbquo‚ldquo“rdquo”bdquo„dagger†Dagger‡bull•hellip…permil‰lsaquo‹rsaquo›euro€trade™larr←' +
  'uarr↑rarr→darr↓harr↔minus−ne≠le≤ge≥check✓';

const NAMED = new Map(
  [...(LATIN + OTHER).matchAll(/([A-Za-z]+\d{0,2})([^A-Za-z\d])/g)].map(([, name, character]) => [name!, character!]),
);

/** Text with its character references resolved; numbers that are no character become U+FFFD. */
export const unescapeHtml = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}\d{0,2}));?/gi, (whole, hex, decimal, name) =>
    name ? (NAMED.get(name) ?? whole) : character(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );

function character(code: number): string {
  const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return valid ? String.fromCodePoint(code) : '\ufffd';
}
