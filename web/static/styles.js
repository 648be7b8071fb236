// How the chat looks at first; styles-conversation.js has what only a conversation and the menu need. Sizes are in em from the
// reader's own text size (`font-size: medium`), never the host page's rem; directions are logical; colours are the host's to
// change through --saattaja-* (docs/widget.md).

/** Returns a style sheet that every chat on the page shares. As a constructed one it needs nothing from the page's CSP. */
export function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** What is seen first. */
export const styles = sheet(`
:host {
  all: initial !important; display: block !important; position: fixed !important; inset: auto !important;
  z-index: var(--saattaja-layer, 2147483000) !important; inline-size: 0 !important; block-size: 0 !important; overflow: visible !important;
}
:host([data-mode="page"]) { position: relative !important; z-index: 0 !important; inline-size: 100% !important; block-size: 100% !important; min-block-size: 0 !important }
*, ::before, ::after { box-sizing: border-box; margin: 0; padding: 0; font: inherit; color: inherit; letter-spacing: inherit }
[hidden] { display: none !important }
.hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
b, h1, h2, h3 { font-weight: 650 }
ul { list-style: none }

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
.message { display: flex; flex-direction: column; gap: .6em; border-radius: var(--radius); scroll-margin: 1em }
.message > * { min-inline-size: 0 }
.bubble { max-inline-size: min(100%, 34em); inline-size: fit-content; padding: .7em 1em; border-radius: var(--radius); border: 1px solid transparent; display: flex; flex-direction: column; gap: .6em }
.bubble p { white-space: pre-line }
.bot .bubble { background: var(--card); border-end-start-radius: .35em; box-shadow: var(--shadow); margin-inline-end: 1.5em }
.own { align-items: flex-end; gap: .15em; padding-block: .3em }
.own .bubble { background: var(--own); color: var(--on-own); border-end-end-radius: .35em; flex-direction: row; margin-inline-start: 2.5em }
.state { display: flex; flex-wrap: wrap; justify-content: flex-end; align-items: center; gap: .5em; padding-inline-end: .4em; color: var(--soft); font-size: .82em }
.state.failed { color: var(--on-care) }
.welcome .fine { padding-inline-start: 1em; margin-block-start: -.2em }
.fine { color: var(--soft); font-size: .85em; line-height: 1.4 }

.chip:hover, .choice:hover { background: var(--tint) }

.choices { display: flex; flex-wrap: wrap; gap: .5em; padding-block: 1.1em .2em }
.choice { padding: .5em 1.05em; border: 1.5px solid var(--accent); background: var(--card); color: var(--accent); font-weight: 600; line-height: 1.3 }

.channels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11em), 1fr)); gap: .5em }
.big { display: flex; align-items: center; gap: .7em; min-block-size: 3.25em; padding: .5em .9em; border: 1px solid transparent; border-radius: .95em; background: var(--tint); color: var(--accent); text-decoration: none; line-height: 1.25 }
.big.first { grid-column: 1 / -1; background: var(--accent); color: var(--on-accent) }
.big:last-child:nth-child(even) { grid-column: 1 / -1 }
.big:hover .act { text-decoration: underline; text-underline-offset: .2em }
.act { font-weight: 650 }
.note { font-size: .84em; }
bdi { display: inline-block } /* a number on one line where it fits, and never wider than the screen */

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
.contacts { display: grid; gap: .5em }
.wide:hover { border-color: var(--accent) }
.contacts li { display: grid; grid-template-columns: minmax(0, 1fr); gap: .35em; padding: .9em 1em 1em; border: 1px solid var(--line); border-radius: var(--radius); background: var(--card) }
.contacts h3 { font-size: 1.05em }
.contacts p::first-letter { text-transform: uppercase }
.contacts .big { margin-block-start: .35em }
.wide { display: flex; align-items: center; justify-content: center; gap: .6em; inline-size: 100%; padding: .65em 1em; border-color: var(--edge); background: var(--card); font-weight: 600; text-align: center }

/* As narrow as a phone with text at 200 %. */
@container frame (max-width: 13em) {
  .crisis .icon, .big .icon { display: none }
  .scroller, .panel-body, .composer { padding-inline: .5em; hyphens: auto }
  .bubble, .contacts li { padding-inline: .7em }
  .bot .bubble, .own .bubble { margin-inline: 0 }
  textarea { padding-inline-start: .7em }
}

@media (prefers-reduced-motion: no-preference) {
  .message:not(.calm), .choices { animation: appear .22s ease-out }
  .panel { animation: appear .16s ease-out }
}
@keyframes appear { from { opacity: 0; translate: 0 .4em } }
@media (prefers-contrast: more) { .root { --soft: var(--ink); --line: var(--edge) } .bot .bubble { border-color: var(--edge) } }
@media (forced-colors: active) {
  .bubble, .big, .choice, .launcher, .crisis, .leave, .send, .panel { border: 1px solid }
}
`);
