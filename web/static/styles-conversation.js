// How a conversation and the menu look, on top of styles.js.
import { sheet } from "./styles.js";

/** What comes with the conversation. */
export const conversationStyles = sheet(`
fieldset { border: 0; min-inline-size: 0 }
.when { align-self: center; padding: .9em 0 .3em; color: var(--soft); font-size: .82em }
.when::first-letter { text-transform: uppercase }
.card p, blockquote p { white-space: pre-line }
.chose { opacity: .85; font-size: .88em }
.notice { align-items: center; color: var(--soft); font-size: .92em; text-align: center; padding: .3em 1em }
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
.earlier { margin: 0 auto 1em; display: flex }

.picture img { display: block; inline-size: min(100%, 20em); block-size: auto; aspect-ratio: 1; border-radius: var(--radius); background: var(--tint); box-shadow: var(--shadow) }

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
.words { display: grid; justify-items: start; min-inline-size: 0 }
.card[dir="rtl"] .fine, .card[dir="rtl"] .session > p { text-align: end } /* words of the page in a card from right to left */
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

.session { display: flex; flex-wrap: wrap; align-items: center; gap: .5em; padding: .7em .9em; border: 1px solid var(--line); border-radius: .9em }
.session p { flex: 1 1 100%; font-size: .94em }
a.chip { min-block-size: 44px; border: 1px solid var(--edge); border-radius: 1.4em; text-decoration: none }
.reminder { max-inline-size: min(100%, 34em); display: grid; grid-template-columns: minmax(0, 1fr); gap: .6em; padding: .9em 1em; border: 1.5px solid var(--accent); border-radius: var(--radius); background: var(--card); box-shadow: var(--shadow) }
.reminder-head { display: flex; align-items: center; gap: .4em; color: var(--accent); font-size: .85em }
.answers { display: flex; flex-wrap: wrap; gap: .4em }
.answering [role=status]:not(:empty), .answering .error { padding-block-start: .5em }
.error { color: var(--on-care); background: var(--care); border-radius: .6em }
.error:not(:empty) { padding: .5em .7em; font-size: .94em }

.offer { display: flex; justify-content: center; align-items: center; gap: .2em; padding-inline: .6em; border-block-start: 1px solid var(--line); background: var(--card) }
.offer .round { border-radius: 50% }
.jump { position: absolute; inset: auto 0 0; display: flex; align-items: center; justify-content: center; gap: .4em; padding: 0 1em; border: 0; border-block-start: 1px solid var(--line); border-radius: 0; background: var(--card); color: var(--soft); font-weight: 600; font-size: .9em } /* takes no room: what a finger is on must not move when it goes */
.scroller:has(+ .jump:not([hidden])) { scroll-padding-block-end: 4em }
.jump:hover { color: var(--ink) }
.jump:focus-visible { outline-offset: -3px }
.jump.new { background: var(--accent); color: var(--on-accent) }
.jump.new:focus-visible { outline-color: currentColor }
.keys { position: absolute; inset: auto 1em .6em; padding: .5em .9em; border-radius: .8em; background: var(--ink); color: var(--paper); font-size: .85em; pointer-events: none }

.menu { display: grid; gap: .5em }
.item { display: grid; grid-template-columns: auto 1fr; align-items: center; gap: 0 .9em; inline-size: 100%; padding: .85em 1em; border-radius: 1em; background: var(--card); border-color: var(--line); font-weight: 600 }
.item .icon { color: var(--accent) }
.item small { grid-column: 2; font-weight: 400; font-size: .85em; color: var(--soft) }
.item:hover { border-color: var(--accent) }
.wide.first { background: var(--accent); color: var(--on-accent) }
legend, .data h3 { padding-block-end: .5em; font-size: 1.02em; font-weight: 650 }
.options { display: flex; flex-wrap: wrap; gap: .5em }
.option { flex: 1 1 5em; max-inline-size: 100%; display: flex; align-items: center; gap: .4em; min-block-size: 44px; padding: .4em .55em; border: 1.5px solid var(--line); border-radius: .9em; background: var(--card); cursor: pointer }
.option span { min-inline-size: 0; overflow-wrap: break-word }
.option:has(:checked) { border-color: var(--accent); background: var(--tint) }
.option:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px }
.option input { flex: none; inline-size: 1.15em; block-size: 1.15em; accent-color: var(--accent); outline: none }
fieldset .fine { margin-block-start: .5em }
.data, .reminders section, .own-hours { display: grid; grid-template-columns: minmax(0, 1fr); gap: .5em }
.reminders { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.6em }
.reminders > .error { position: sticky; inset-block-end: 0 }
.reminders h3, .known h3, .reminders legend { font-size: 1.02em; font-weight: 650 }
.reminders legend { padding-block-end: .3em }
.reminders .options { margin-block-start: .5em }
.reminders a.wide { color: inherit; text-decoration: none; border-radius: 1.4em; min-block-size: 44px; border: 1px solid var(--edge) }
.reminders a.wide.first { color: var(--on-accent) }
.reminders ol { padding-inline-start: 1.4em }
.reminders li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .4em }
.reminders ol li { display: list-item }
.column { display: grid; grid-template-columns: minmax(0, 1fr) }
.own-hours { margin-block-start: .8em }
.day { display: flex; flex-wrap: wrap; align-items: center; gap: .2em .4em; padding: .2em .55em; border: 1px solid var(--line); border-radius: 1em; background: var(--card) }
.day:has(.pair) { padding-block-end: .55em }
.day .option { flex: 1 1 100%; border: 0; padding-inline: 0; background: none }
.times { display: grid; grid-template-columns: minmax(0, auto); gap: .4em }
.pair { display: flex; flex-wrap: wrap; align-items: center; gap: .4em }
.pair p { flex: 1 1 100% }
.pair p:empty, .times:empty { display: none }
select { min-block-size: 44px; min-inline-size: 4.6em; max-inline-size: 100%; padding: .3em .6em; border: 1.5px solid var(--edge); border-radius: .7em; background: var(--card) }
select[aria-invalid="true"] { border-color: var(--on-care); outline: 1px solid var(--on-care) }
select:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
input[type="text"] { min-block-size: 44px; inline-size: 100%; padding: .5em .8em; border: 1.5px solid var(--edge); border-radius: .7em; background: var(--card); text-transform: uppercase; letter-spacing: .08em }
input[type="text"]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.telling { display: grid; grid-template-columns: minmax(0, 1fr); gap: .5em }
.code { padding: .5em; border-radius: .6em; background: var(--tint); font-size: 1.6em; font-weight: 650; letter-spacing: .06em; text-align: center; user-select: all }
.linked-list { display: grid; gap: .4em }
.linked-list li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .4em; padding: .4em .4em .4em 1em; border: 1px solid var(--line); border-radius: 1em; background: var(--card) }
.qr { display: block; inline-size: min(100%, 14em); block-size: auto; aspect-ratio: 1; margin-inline: auto; border-radius: .4em; forced-color-adjust: none }
.most { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5em; margin-block-start: .8em }
.known { display: grid; grid-template-columns: minmax(0, 1fr); gap: .6em }
dl { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: .5em 1em; padding: .8em 1em; border-radius: 1em; background: var(--card); border: 1px solid var(--line) }
dt { color: var(--soft) }
.data h3 { padding: 0 }
@container frame (max-width: 30em) { dl { grid-template-columns: minmax(0, 1fr); gap: .1em } dd { padding-block-end: .5em } }
.sure { display: grid; gap: .5em; padding: 1em; border-radius: 1em; background: var(--care); color: var(--on-care) }
.sure .wide { color: var(--ink) }
.sure .wide.first { background: var(--on-care); color: var(--care) }
.sure.calm { background: var(--tint); color: inherit }
.sure.calm .wide.first { background: var(--accent); color: var(--on-accent) }
.links { display: flex; flex-wrap: wrap; gap: 0 1.5em }
.links a { display: inline-flex; align-items: center; min-block-size: 44px }

/* As narrow as a phone with text at 200 %. */
@container frame (max-width: 13em) {
  .card { padding-inline: .7em }
}

@media (prefers-reduced-motion: no-preference) {
  .typing i { animation: breathe 1.4s ease-in-out infinite }
  .typing i:nth-child(2) { animation-delay: .18s }
  .typing i:nth-child(3) { animation-delay: .36s }
}
@keyframes breathe { 50% { opacity: 1; translate: 0 -.15em } }
@media (forced-colors: active) {
  .chip, .typing, .step, blockquote, .plain-words { border: 1px solid }
  .typing i { background: CanvasText }
  .option:has(:checked) { outline: 2px solid Highlight }
  .doors.open::before { background: CanvasText; forced-color-adjust: none }
}
`);
