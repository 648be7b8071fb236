// How the chat looks. Sizes are in em from the reader's own text size (`font-size: medium`), never the host page's rem;
// directions are logical; colours are the host's to change through --saattaja-* (docs/widget.md).

const CSS = `
:host {
  all: initial !important; display: block !important; position: fixed !important; inset: auto !important;
  z-index: var(--saattaja-layer, 2147483000) !important; inline-size: 0 !important; block-size: 0 !important; overflow: visible !important;
}
:host([data-mode="page"]) { position: relative !important; z-index: 0 !important; inline-size: 100% !important; block-size: 100% !important; min-block-size: 0 !important }
*, ::before, ::after { box-sizing: border-box; margin: 0; padding: 0; font: inherit; color: inherit; letter-spacing: inherit }
[hidden] { display: none !important }
.hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
b, h1, h2, h3, legend { font-weight: 650 }
ul { list-style: none }
fieldset { border: 0; min-inline-size: 0 }

.root {
  --font: var(--saattaja-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  --radius: var(--saattaja-radius, 1.2em);
  --accent: var(--saattaja-accent, #3a3e9f); --on-accent: var(--saattaja-on-accent, #fff);
  --paper: #f6f3ee; --card: #fffdfa; --ink: #22202e; --soft: #5a5669; --line: #e3dccf; --edge: #827c6c;
  --own: var(--accent); --on-own: var(--on-accent); --tint: color-mix(in srgb, var(--accent) 8%, var(--card));
  --care: #fbe7c4; --on-care: #5c3503; --open: #1c6a3e; --shadow: 0 .05em .15em #2a22140d, 0 .3em 1em #2a22140f; --lift: 0 .5em 2em #2a221433;
  font: 1em/1.5 var(--font); color: var(--ink); color-scheme: light; text-align: start; overflow-wrap: anywhere;
  -webkit-text-size-adjust: 100%; text-size-adjust: 100%; -webkit-tap-highlight-color: transparent; visibility: visible;
}
.root[data-theme="dark"] {
  --accent: var(--saattaja-accent-night, #b9bdff); --on-accent: var(--saattaja-on-accent-night, #191830);
  --paper: #15141d; --card: #201e2b; --ink: #edeaf4; --soft: #b6b1c6; --line: #35324580; --edge: #77728c;
  --own: var(--saattaja-own-night, #363869); --on-own: #f3f1fb; --tint: color-mix(in srgb, var(--accent) 13%, var(--card));
  --care: #40341b; --on-care: #ffdf9e; --open: #93dfb2; --shadow: none; --lift: 0 .5em 2em #0009; color-scheme: dark;
}
.root[data-size="large"] { font-size: 1.2em }
.root[data-size="huge"] { font-size: 1.45em }
.root[data-mode="page"] { block-size: 100% }

button, .big, a, summary, input, textarea { touch-action: manipulation }
button { background: none; border: 1px solid transparent; border-radius: 1.4em; min-block-size: 44px; min-inline-size: 44px; cursor: pointer; text-align: start; user-select: none }
:focus { outline: none }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.icon { inline-size: 1.35em; block-size: 1.35em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; vertical-align: -.3em }
.icon.mark { fill: currentColor; stroke: none }

.corner { position: fixed; inset-block-end: max(var(--saattaja-distance, 1em), env(safe-area-inset-bottom)); inset-inline-end: max(var(--saattaja-distance, 1em), env(safe-area-inset-right)) }
[data-position="left"] .corner { inset-inline: max(var(--saattaja-distance, 1em), env(safe-area-inset-left)) auto }
.launcher { display: flex; align-items: center; gap: .55em; padding: .7em 1.25em .7em .95em; border-radius: 2em; background: var(--accent); color: var(--on-accent); box-shadow: var(--lift); font-weight: 600 }
.launcher .icon { inline-size: 1.75em; block-size: 1.75em }
.badge { min-inline-size: 1.5em; padding: 0 .35em; border-radius: 1em; background: var(--on-accent); color: var(--accent); text-align: center; font-size: .85em }

.frame { container: frame / inline-size; display: flex; flex-direction: column; background: var(--paper); overflow: hidden; position: relative; isolation: isolate }
[data-mode="page"] .frame { block-size: 100%; max-block-size: var(--view, none) }
[data-mode="widget"] .frame {
  position: fixed; inset-block-end: var(--saattaja-distance, 1em); inset-inline-end: var(--saattaja-distance, 1em);
  inline-size: min(26em, 100vw - 2em); block-size: min(46em, 100vh - 2em); border-radius: 1.4em; border: 1px solid var(--line); box-shadow: var(--lift);
}
[data-mode="widget"][data-position="left"] .frame { inset-inline: var(--saattaja-distance, 1em) auto }
@media (max-width: 30em), (max-height: 28em) {
  [data-mode="widget"] .frame, [data-mode="widget"][data-position="left"] .frame { inset: var(--above, 0) 0 auto; inline-size: 100%; block-size: var(--view, 100vh); border-radius: 0; border: 0 }
}

header { display: flex; flex-wrap: wrap; align-items: center; gap: .25em; padding: max(.5em, env(safe-area-inset-top)) .6em .5em 1em; border-block-end: 1px solid var(--line); background: var(--card) }
.title { flex: 1 1 1.7em; block-size: 1.7em; display: flex; flex-wrap: wrap; align-items: center; gap: 0 .5em; overflow: hidden; font-size: 1.05em } /* a name that does not fit is left out whole */
.title .icon { inline-size: 1.6em; block-size: 1.6em; color: var(--accent) }
.composer > .round { margin-block-end: .2em }
.round { display: grid; place-items: center; padding: 0; color: var(--soft) }
.round:hover { background: var(--tint); color: var(--ink) }
.crisis, .leave { display: flex; align-items: center; justify-content: center; gap: .4em; padding: 0 .85em; font-size: .95em; font-weight: 600 }
.crisis { background: var(--care); color: var(--on-care) }
.leave { color: var(--soft) }
.crisis:hover, .leave:hover { text-decoration: underline; text-underline-offset: .2em }
@container frame (max-width: 30em) { .leave span { display: none } .leave { padding: 0 } header { padding-inline: .8em .4em } }
.line {  padding: .5em 1em; background: var(--care); color: var(--on-care); font-size: .92em; line-height: 1.35 }
.line:empty { display: none }

.transcript { position: relative; flex: 1; min-block-size: 0; display: flex; flex-direction: column }
.scroller { position: relative; flex: 1; min-block-size: 0; overflow: hidden auto; overscroll-behavior: contain; padding: 1.1em max(1em, (100% - 42em) / 2) 1em; scrollbar-width: thin; scrollbar-color: var(--edge) transparent }
.log { display: flex; flex-direction: column; gap: .55em }
.when { align-self: center; padding: .9em 0 .3em; color: var(--soft); font-size: .82em }
.when::first-letter { text-transform: uppercase }
.message { display: flex; flex-direction: column; gap: .6em; border-radius: var(--radius); scroll-margin: 1em }
.message > * { min-inline-size: 0 }
.bubble { max-inline-size: min(100%, 34em); inline-size: fit-content; padding: .7em 1em; border-radius: var(--radius); border: 1px solid transparent; display: flex; flex-direction: column; gap: .6em }
.bubble p, .card p, blockquote p { white-space: pre-line }
.bot .bubble { background: var(--card); border-end-start-radius: .35em; box-shadow: var(--shadow); margin-inline-end: 1.5em }
.own { align-items: flex-end; gap: .15em; padding-block: .3em }
.own .bubble { background: var(--own); color: var(--on-own); border-end-end-radius: .35em; flex-direction: row; margin-inline-start: 2.5em }
.chose { opacity: .85; font-size: .88em }
.state { display: flex; flex-wrap: wrap; justify-content: flex-end; align-items: center; gap: .5em; padding-inline-end: .4em; color: var(--soft); font-size: .82em }
.state.failed { color: var(--on-care) }
.welcome .fine { padding-inline-start: 1em; margin-block-start: -.2em }
.notice { align-items: center; color: var(--soft); font-size: .92em; text-align: center; padding: .3em 1em }
.fine { color: var(--soft); font-size: .85em; line-height: 1.4 }
.typing { display: flex; align-items: center; gap: .35em; inline-size: fit-content; max-inline-size: 100%; margin-block-start: .55em; padding: .8em 1em; border-radius: var(--radius); background: var(--card); color: var(--soft); border-end-start-radius: .35em; border: 1px solid transparent; box-shadow: var(--shadow) }
.typing i { flex: none; inline-size: .45em; block-size: .45em; border-radius: 50%; background: currentColor; opacity: .55; forced-color-adjust: none }
.typing p { font-size: .92em }
.typing p:not(:empty) { margin-inline-start: .3em }

.word { min-block-size: 0; min-inline-size: 0; border: 0; border-radius: .2em; text-decoration: underline dotted; text-decoration-thickness: .12em; text-underline-offset: .22em; text-decoration-color: var(--accent); user-select: text }
.word:hover, .word[aria-expanded="true"] { text-decoration-style: solid }
.plain-words { padding: .55em .8em; border-inline-start: .2em solid var(--accent); border-radius: .3em; background: var(--tint); font-size: .94em }
.inline { color: var(--accent); text-underline-offset: .2em }
.own .inline { color: inherit }
blockquote { padding: .75em .9em; border-radius: .9em; background: var(--tint); display: grid; gap: .5em; justify-items: start }
.chip { display: inline-flex; align-items: center; justify-content: center; gap: .4em; padding: .2em 1em; border-color: var(--edge); background: var(--card); font-size: .94em; font-weight: 550 }
.chip:hover, .choice:hover { background: var(--tint) }
.earlier { margin: 0 auto 1em; display: flex }

.choices { display: flex; flex-wrap: wrap; gap: .5em; padding-block: 1.1em .2em }
.choice { padding: .5em 1.05em; border: 1.5px solid var(--accent); background: var(--card); color: var(--accent); font-weight: 600; line-height: 1.3 }

.cards { display: grid; gap: .85em }
.card { position: relative; display: grid; grid-template-columns: minmax(0, 1fr); gap: .65em; padding: 1.1em 1.1em .6em; border: 1px solid var(--line); border-radius: var(--radius); background: var(--card); box-shadow: var(--shadow); container-type: inline-size }
.card > :last-child:not(.tools) { margin-block-end: .5em }
.card h3 { font-size: 1.15em; line-height: 1.25 }
.status { display: flex; flex-wrap: wrap; gap: .15em 1em; margin-block-start: -.35em; font-size: .92em; color: var(--soft) }
.doors::before { content: ""; display: inline-block; inline-size: .55em; block-size: .55em; margin-inline-end: .5em; border-radius: 50%; border: .14em solid currentColor; vertical-align: .05em }
.doors.open { color: var(--open); font-weight: 600 }
.doors.open::before { background: currentColor }
.doors.unknown::before { border-style: dotted }
.far .icon { inline-size: 1.1em; block-size: 1.1em; margin-inline-end: .25em; vertical-align: -.2em }
.why { font-size: .92em; color: var(--soft) }
.why b { font-weight: 600 }
.step { padding: .7em .9em; border-radius: .9em; background: var(--tint); display: grid; gap: .15em }
.step b { font-size: .85em; color: var(--accent) }
.step .plain-words { background: var(--card) }
.channels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11em), 1fr)); gap: .5em }
.big { display: flex; align-items: center; gap: .7em; min-block-size: 3.25em; padding: .5em .9em; border: 1px solid transparent; border-radius: .95em; background: var(--tint); color: var(--accent); text-decoration: none; line-height: 1.25 }
.big.first { grid-column: 1 / -1; background: var(--accent); color: var(--on-accent) }
.big:last-child:nth-child(even) { grid-column: 1 / -1 }
.big:hover .act { text-decoration: underline; text-underline-offset: .2em }
.act { font-weight: 650 }
.words { display: grid; min-inline-size: 0 }
.note { font-size: .84em; }
bdi { display: inline-block } /* a number on one line where it fits, and never wider than the screen */
summary { display: flex; align-items: center; gap: .5em; min-block-size: 44px; color: var(--accent); font-weight: 600; font-size: .95em; cursor: pointer; border-radius: .5em; list-style: none }
summary::-webkit-details-marker { display: none }
summary::after { content: ""; inline-size: .5em; block-size: .5em; border: solid currentColor; border-width: 0 .14em .14em 0; rotate: 45deg; translate: 0 -.12em }
[open] summary::after { rotate: 225deg; translate: 0 .12em }
details p { padding-block-end: .4em }
.tools { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .25em; margin: .1em -.6em 0; border-block-start: 1px solid var(--line); padding-block-start: .3em }
.tool { display: flex; align-items: center; gap: .4em; padding: 0 .6em; font-size: .9em; font-weight: 550; color: var(--soft) }
.tool:hover { color: var(--ink); background: var(--tint) }
.tool.on { color: var(--accent) }
.tool.on .icon { fill: currentColor }
.hidden-card { display: flex; flex-wrap: wrap; align-items: center; gap: .4em .6em; padding: .6em 1em; border: 1px dashed var(--edge); border-radius: var(--radius); color: var(--soft) }
.hidden-card p { flex: 1 1 10em }
@container (max-width: 17.5em) { .tool .icon { display: none } }
.card.calm { box-shadow: none; border-color: var(--edge) }

.jump { position: absolute; inset-block-end: .75em; inset-inline-end: max(.75em, (100% - 50em) / 2); display: flex; align-items: center; justify-content: center; gap: .4em; padding: 0 .6em; border-color: var(--edge); background: var(--card); color: var(--ink); box-shadow: var(--lift); font-weight: 600; font-size: .94em }
.jump:not(.new) { inline-size: max(44px, 2.6em); block-size: max(44px, 2.6em); border-radius: 50% }
.jump:not(.new) span { display: none }
.jump.new { padding-inline: 1em; background: var(--accent); color: var(--on-accent) }
.keys { position: absolute; inset: auto 1em .6em; padding: .5em .9em; border-radius: .8em; background: var(--ink); color: var(--paper); font-size: .85em; pointer-events: none }

.composer { display: flex; align-items: flex-end; gap: .25em; padding: .6em max(.6em, (100% - 43em) / 2) max(.6em, env(safe-area-inset-bottom)); background: var(--card); border-block-start: 1px solid var(--line) }
.field { flex: 1; min-inline-size: 0; display: flex; align-items: flex-end; border: 1.5px solid var(--edge); border-radius: 1.55em; background: var(--paper) }
.field:focus-within { border-color: var(--accent); outline: 1.5px solid var(--accent); outline-offset: 0 }
textarea { flex: 1; min-inline-size: 0; min-block-size: 2.9em; padding: .7em 0 .7em 1.1em; border: 0; background: none; resize: none; overflow-y: auto; scrollbar-width: none; outline: none !important }
textarea::placeholder { color: var(--soft); opacity: 1; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.send { display: grid; place-items: center; margin: .1em; padding: 0; border-radius: 50%; background: var(--accent); color: var(--on-accent) }
.send[aria-disabled="true"] { background: none; color: var(--soft) }
.send:dir(rtl) .icon, .panel-head .round:dir(rtl) .icon, .leave:dir(rtl) .icon { scale: -1 1 }
.toast { position: absolute; z-index: 3; inset: auto 0 5.5em; inline-size: fit-content; max-inline-size: 90%; margin-inline: auto; padding: .5em 1.1em; border-radius: 1.4em; background: var(--ink); color: var(--paper); font-size: .94em }
.toast:empty { display: none }

.panel { position: absolute; z-index: 2; inset: 0; display: flex; flex-direction: column; background: var(--paper) }
.panel-head { display: flex; align-items: center; gap: .3em; padding: max(.5em, env(safe-area-inset-top)) .6em .5em; border-block-end: 1px solid var(--line); background: var(--card) }
.panel-head h2 { font-size: 1.15em; line-height: 1.25; border-radius: .3em; outline-offset: .3em }
.panel-body { flex: 1; min-block-size: 0; overflow: hidden auto; overscroll-behavior: contain; display: flex; flex-direction: column; gap: 1em; padding: 1.2em max(1em, (100% - 38em) / 2) max(1.5em, env(safe-area-inset-bottom)); scrollbar-width: thin }
.panel-body > * { flex: none }
.lead { font-size: 1.08em }
.menu, .contacts { display: grid; gap: .5em }
.item { display: grid; grid-template-columns: auto 1fr; align-items: center; gap: 0 .9em; inline-size: 100%; padding: .85em 1em; border-radius: 1em; background: var(--card); border-color: var(--line); font-weight: 600 }
.item .icon { color: var(--accent) }
.item small { grid-column: 2; font-weight: 400; font-size: .85em; color: var(--soft) }
.item:hover, .wide:hover { border-color: var(--accent) }
.contacts li { display: grid; grid-template-columns: minmax(0, 1fr); gap: .35em; padding: .9em 1em 1em; border: 1px solid var(--line); border-radius: var(--radius); background: var(--card) }
.contacts h3 { font-size: 1.05em }
.contacts .big { margin-block-start: .35em }
.wide { display: flex; align-items: center; justify-content: center; gap: .6em; inline-size: 100%; padding: .65em 1em; border-color: var(--edge); background: var(--card); font-weight: 600; text-align: center }
.wide.first { background: var(--accent); color: var(--on-accent) }
legend, .data h3 { padding-block-end: .5em; font-size: 1.02em }
.options { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 6.4em), 1fr)); gap: .5em }
.option { display: flex; align-items: center; gap: .4em; min-block-size: 44px; padding: .4em .55em; border: 1.5px solid var(--line); border-radius: .9em; background: var(--card); cursor: pointer }
.option:has(:checked) { border-color: var(--accent); background: var(--tint) }
.option:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px }
.option input { flex: none; inline-size: 1.15em; block-size: 1.15em; accent-color: var(--accent); outline: none }
fieldset .fine { margin-block-start: .5em }
.data { display: grid; gap: .5em }
.data h3 { padding: 0 }
.sure { display: grid; gap: .5em; padding: 1em; border-radius: 1em; background: var(--care); color: var(--on-care) }
.sure .wide { color: var(--ink) }
.sure .wide.first { background: var(--on-care); color: var(--care) }
.links { display: flex; flex-wrap: wrap; gap: 0 1.5em }
.links a { display: inline-flex; align-items: center; min-block-size: 44px }

/* As narrow as a phone with text at 200 %. */
@container frame (max-width: 13em) {
  .crisis .icon, .big .icon, .step .icon { display: none }
  .scroller, .panel-body, .composer { padding-inline: .5em; hyphens: auto }
  .bubble, .card, .contacts li { padding-inline: .7em }
  .bot .bubble, .own .bubble { margin-inline: 0 }
  textarea { padding-inline-start: .7em }
}

@media (prefers-reduced-motion: no-preference) {
  .message:not(.calm), .choices { animation: appear .22s ease-out }
  .typing i { animation: breathe 1.4s ease-in-out infinite }
  .typing i:nth-child(2) { animation-delay: .18s }
  .typing i:nth-child(3) { animation-delay: .36s }
  .panel { animation: appear .16s ease-out }
}
@keyframes appear { from { opacity: 0; translate: 0 .4em } }
@keyframes breathe { 50% { opacity: 1; translate: 0 -.15em } }
@media (prefers-contrast: more) { .root { --soft: var(--ink); --line: var(--edge) } .bot .bubble { border-color: var(--edge) } }
@media (forced-colors: active) {
  .bubble, .big, .chip, .choice, .launcher, .typing, .step, blockquote, .crisis, .leave, .send, .jump, .panel, .plain-words { border: 1px solid }
  .typing i { background: CanvasText }
  .option:has(:checked) { outline: 2px solid Highlight }
  .doors.open::before { background: CanvasText; forced-color-adjust: none }
}
`;

let sheet = null;

/** Returns the one style sheet of every chat on the page. As a constructed sheet it needs nothing from the page's CSP. */
export function styleSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
