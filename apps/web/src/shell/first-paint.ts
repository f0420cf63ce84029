/** What must be right before the first paint, so that nothing jumps: a script of the first HTML. It stands by itself. */
export const SCHEME_KEY = 'tidemark.scheme';
export const SYSTEM_DARK = '(prefers-color-scheme: dark)';
/** Whether the side bar shows icons only. */
export const NAV_KEY = 'tidemark.nav';

export const FIRST_PAINT_SCRIPT = `try{const{dataset:d}=document.documentElement,s=localStorage.getItem('${SCHEME_KEY}');d.mantineColorScheme=s==='light'||s==='dark'?s:matchMedia('${SYSTEM_DARK}').matches?'dark':'light';if(localStorage.getItem('${NAV_KEY}')==='folded')d.nav='folded'}catch{}`;
