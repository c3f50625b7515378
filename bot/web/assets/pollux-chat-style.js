export const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
:host{--a:var(--pollux-accent,light-dark(#4549c9,#a5abff));--oa:var(--pollux-on-accent,light-dark(#fff,#11131f));
--s:light-dark(#fff,#14161f);--r:light-dark(#f1f3f9,#20242f);--t:light-dark(#1b2030,#e9ebf3);--m:light-dark(#586076,#a8b0c3);
--l:light-dark(#d9deea,#363c4c);--c:light-dark(#b3261e,#ffb4ab);--w:light-dark(#8a5300,#f5c26b);
display:block;height:34rem;color:var(--t);background:var(--s);color-scheme:light dark;
font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
:host([hidden]),[hidden]{display:none!important}
*{box-sizing:border-box}
.frame{height:100%;display:flex;flex-direction:column;position:relative}
header{display:flex;align-items:center;padding:.75rem 1.25rem;border-bottom:1px solid var(--l)}
.line{display:flex;align-items:center;gap:.45rem;margin-left:auto;padding-left:1rem;font-size:.85rem;color:var(--m)}
.line::before{content:"";flex:none;width:.6rem;height:.6rem;border-radius:50%;border:2px solid var(--w)}
.connected::before{background:#2c8a57;border-color:#2c8a57}
.log{flex:1;overflow-y:auto;padding:1.25rem;display:flex;flex-direction:column;gap:1rem;position:relative}
.log>:first-child{margin-top:auto}
.empty{color:var(--m);margin:auto;text-align:center;max-width:36rem}
.when{align-self:center}.note,.when{font-size:.8rem;color:var(--m)}
.msg{max-width:min(42rem,90%);display:flex;flex-direction:column;gap:.5rem;align-items:flex-start}
.said{background:var(--r);border:1px solid transparent;border-radius:.35rem 1.1rem 1.1rem;padding:.6rem 1rem}
.me{align-self:flex-end;align-items:flex-end;gap:.2rem}
.me .said{background:var(--a);color:var(--oa);border-radius:1.1rem 1.1rem .35rem;white-space:pre-wrap}
.said>*{margin:0}.said>*+*{margin-top:.5rem}
.said ul,.said ol{padding-left:1.4rem}
.note:empty{display:none}
.nudge .said{border-color:var(--a)}
.label,.name{display:flex;gap:.4rem;font-weight:600}.label{font-size:.85rem;color:var(--a)}
.group{display:flex;flex-wrap:wrap;gap:.5rem}
button{font:inherit;cursor:pointer;min-height:2.5rem;border-radius:1.25rem;border:1px solid;background:var(--s);color:var(--a);padding:.3rem 1rem}
button:hover{background:color-mix(in srgb,var(--a) 12%,var(--s))}
.primary{background:var(--a);color:var(--oa);border-color:var(--a)}
.primary:hover{background:var(--a);filter:brightness(1.15)}
.danger{color:var(--c)}
.pressed{border-style:dashed}
.small{min-height:2rem;padding:.1rem .75rem;font-size:.9rem}
:focus-visible{outline:3px solid var(--a);outline-offset:1px}
.card{border:1px solid var(--l);border-radius:.9rem;overflow:hidden;width:100%;min-width:min(24rem,70vw)}
.card p{margin:0;padding:.6rem 1rem;font-weight:650;background:var(--r);border-bottom:1px solid var(--l)}
.card ul,.card dl{list-style:none;margin:0;padding:0}
.item{padding:.65rem 1rem}.item+.item{border-top:1px solid var(--l)}
.detail,dt{color:var(--m)}.item .group{margin-top:.5rem}
dl .item{display:flex;flex-wrap:wrap;gap:.1rem 1rem;justify-content:space-between}
dd{margin:0}
.preview{border-style:dashed}
.critical{color:var(--c)}.warning{color:var(--w)}.info{color:var(--a)}
svg{flex:none;width:1.25rem;height:1.5em;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
img{max-width:100%;height:auto;border-radius:.75rem}
.typing{min-height:1.5rem;padding:0 1.25rem;font-size:.9rem;color:var(--m)}
.alert{margin:.25rem 1.25rem;color:var(--c)}
.newer{position:absolute;left:50%;bottom:6.4rem;translate:-50%}
form{display:flex;gap:.6rem;align-items:flex-end;padding:.4rem 1.25rem 1.1rem}
textarea{flex:1;min-width:0;font:inherit;color:inherit;background:var(--s);border:1px solid var(--m);border-radius:1.4rem;padding:.6rem 1.1rem;resize:none;min-height:2.8rem;max-height:9rem;field-sizing:content}
textarea::placeholder{color:var(--m);opacity:1}
form button[aria-pressed="true"]{background:var(--a);color:var(--oa)}
form button{width:2.8rem;height:2.8rem;padding:0;border-radius:50%;display:grid;place-items:center}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (max-width:30rem){.log,form,header{padding-inline:.9rem}}
@media (prefers-reduced-motion:no-preference){.msg{animation:come .18s ease-out}@keyframes come{from{opacity:0;translate:0 .4rem}}}
`);
